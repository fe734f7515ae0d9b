"""Every document that an installed official client can send is valid here, as far as we have what it asks for."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import wandb
from graphql import parse, validate

from apps.gateways.wandb.schema import schema
from tests.requires import OLD_CLIENT

# Not built yet: writing artifacts, sweeps, registries, automations, launch queues, custom charts.
NOT_YET = re.compile(
    r"""(?x) Artifact(?!Type\b|Mani\w+\b$) .* Input | (create|update|delete|commit|use|link|unlink|move)\w*Artifact
    | (add|delete)Aliases | [sS]weep(Run)?\( | upsertSweep | Registr | Trigger | Integration | RunQueue | ResourceConfig
    | createCustomChart | ProjectMember | deleteModel | renameProject | advancedRegistryFeatures
    | completeMultipartUploadArtifact"""
)
FOLDERS = {"installed": Path(wandb.__file__).parent}
for path in OLD_CLIENT.parent.parent.glob("lib/python*/site-packages/wandb"):
    FOLDERS["older"] = path


def documents(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of the documents in the client's generated modules and in its compiled part."""
    for path in sorted(folder.rglob("_generated/operations.py")):
        for name, text in re.findall(r'^(\w+_GQL) = """\n(.*?)"""', path.read_text(), re.DOTALL | re.MULTILINE):
            yield f"{path.parent.parent.name}.{name}", text
    core = (folder / "bin" / "wandb-core").read_bytes()
    for match in re.finditer(rb"\n?(?:query|mutation) ([A-Z]\w+) ?[({]", core):
        yield f"core.{match.group(1).decode()}", _balanced(core, match.start())


def _balanced(data: bytes, start: int) -> str:
    """Return the text up to the brace that closes the last definition."""
    depth, end, opened = 0, start, False
    while end < start + 20_000:
        depth += {b"{": 1, b"}": -1}.get(data[end : end + 1], 0)
        opened = opened or depth > 0
        end += 1
        if opened and depth == 0:
            if not re.match(rb"\s*fragment ", data[end : end + 40]):
                break
            opened = False
    return data[start:end].decode(errors="replace")


@pytest.mark.parametrize("which", FOLDERS)
def test_documents_of_the_client_are_valid(which):
    found = dict(documents(FOLDERS[which]))
    assert len(found) > 60
    wanted = {name: text for name, text in found.items() if not NOT_YET.search(text)}
    wrong = {name: errors[0].message for name, text in wanted.items() if (errors := validate(schema, parse(text)))}
    assert not wrong
    assert {"core.UpsertBucket", "core.RunResumeStatus", "core.HistoryPage", "core.Viewer"} <= wanted.keys()
    assert len(wanted) > 40
