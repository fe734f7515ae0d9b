"""What the client asks about and this version does not have: sweeps, artifacts, reports, organisations."""

from typing import Any

from ariadne import InterfaceType, ObjectType, QueryType, UnionType

from apps.gateways.wandb.context import empty_connection

query = QueryType()
project = ObjectType("Project")
run = ObjectType("Run")
artifact_collection = InterfaceType("ArtifactCollection", lambda *_: None)
artifact_creator = UnionType("ArtifactCreator", lambda *_: None)


def nothing(*_: Any, **__: Any) -> None:
    return None


for name in ("organization", "artifact", "artifactCollection", "clientIDMapping"):
    query.set_field(name, nothing)
for name in ("sweep", "artifact", "artifactType", "artifactCollection", "artifactCollectionMembership"):
    project.set_field(name, nothing)
for name in ("sweeps", "artifactTypes", "artifactCollections"):
    project.set_field(name, empty_connection)
project.set_field("totalSweeps", lambda *_: 0)
for name in ("outputArtifacts", "inputArtifacts"):
    run.set_field(name, empty_connection)

BINDINGS = [query, project, run, artifact_collection, artifact_creator]
