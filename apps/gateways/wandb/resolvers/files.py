"""Files of runs: announced, listed, deleted. Their bytes go past Django by signed addresses."""

from itertools import groupby
from typing import Any

from ariadne import MutationType, ObjectType
from django.db import transaction

from apps.accounts.permissions import Permission as P
from apps.core.ids import parse_wire_id, wire_id
from apps.core.urls import absolute
from apps.gateways.wandb.context import Info, asker, page_size, signed_in
from apps.runs import actions
from apps.runs.access import get_run, get_run_files
from apps.runs.models import Run, RunFile
from apps.runs.queries.files import file_count, file_path, list_files

mutation = MutationType()
run = ObjectType("Run")
file = ObjectType("File")


@run.field("fileCount")
def resolve_file_count(found: Run, _: Info) -> int:
    return file_count(found)


@run.field("files")
def resolve_files(
    found: Run,
    info: Info,
    *,
    names: list[str | None] | None = None,
    after: str | None = None,
    first: int | None = None,
    pattern: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    size = page_size(first)
    info.context.spend(size)
    wanted = [name for name in names or [] if name]
    page = list_files(found, names=wanted or None, pattern=pattern or None, after=after or None, first=size)
    for item in page.files:
        item.run = found
    edges = [{"node": item, "cursor": page.cursor(item)} for item in page.files]
    end = edges[-1]["cursor"] if edges else None
    connection: dict[str, Any] = {"edges": edges, "pageInfo": {"hasNextPage": page.has_next, "endCursor": end}}
    return connection | {"totalCount": lambda _: file_count(found)}


@file.field("id")
def resolve_id(found: RunFile, _: Info) -> str:
    return wire_id("File", found.uid)


@file.field("name")
@file.field("displayName")
def resolve_name(found: RunFile, _: Info) -> str:
    return found.path


@file.field("url")
def resolve_url(found: RunFile, info: Info, upload: bool | None = None) -> str | None:
    """Where to GET the bytes, or, for who may log, where to PUT new ones."""
    if not upload:
        return absolute(info.context.request, file_path(found))
    if not asker(info).may(P.LOG_RUN, found.run.project):
        return None
    announced = actions.announce_files(found.run, [found.path], actor=asker(info))
    return absolute(info.context.request, announced[0].put_path)


@file.field("directUrl")
def resolve_direct_url(found: RunFile, info: Info) -> str:
    return absolute(info.context.request, file_path(found))


@file.field("sizeBytes")
def resolve_size(found: RunFile, _: Info) -> int:
    return (found.blob.size or 0) if found.blob else 0


@file.field("md5")
@file.field("digest")
def resolve_md5(found: RunFile, _: Info) -> str | None:
    return found.blob.md5 or None if found.blob else None


@file.field("mimetype")
def resolve_mimetype(found: RunFile, _: Info) -> str:
    return found.content_type.partition(";")[0]


@file.field("updatedAt")
def resolve_updated_at(found: RunFile, _: Info) -> Any:
    return found.updated_at


@file.field("storagePath")
@file.field("uploadHeaders")
@file.field("uploadMultipartUrls")
@file.field("artifact")
def resolve_nothing(*_: Any) -> None:
    return None


@mutation.field("createRunFiles")
def resolve_create_run_files(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Say where to PUT each file: as many answers as names, in their order."""
    principal = signed_in(info)
    found = _run_of(info, input)
    announced = actions.announce_files(found, input["files"], actor=principal)
    headers = {name: value for item in announced for name, value in item.headers.items()}
    return {
        "runID": wire_id("Run", found.uid),
        "uploadHeaders": [f"{name}:{value}" for name, value in headers.items()],
        "files": [_Announced(item.path, absolute(info.context.request, item.put_path)) for item in announced],
        "clientMutationId": input.get("clientMutationId"),
    }


class _Announced:
    """A file whose bytes are not there yet: a name and where to PUT them."""

    blob, content_type, updated_at = None, "", None

    def __init__(self, path: str, upload_url: str) -> None:
        self.path, self.upload_url, self.uid = path, upload_url, path


@file.field("uploadUrl")
def resolve_upload_url(found: Any, _: Info) -> str | None:
    return found.upload_url if isinstance(found, _Announced) else None


@mutation.field("markRunFilesUploaded")
def resolve_mark_run_files_uploaded(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    signed_in(info)
    actions.complete_files(_run_of(info, input), input["files"])
    return {"success": True, "clientMutationId": input.get("clientMutationId")}


@mutation.field("deleteFiles")
@transaction.atomic
def resolve_delete_files(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    uids = [parse_wire_id(item, "File") for item in input["files"]]
    found = get_run_files(principal, uids, P.EDIT_RUN)
    for _, some in groupby(sorted(found, key=lambda item: item.run_id), key=lambda item: item.run_id):
        files = list(some)
        actions.delete_files(files[0].run, files, actor=principal)
    return {"success": True, "clientMutationId": input.get("clientMutationId")}


def _run_of(info: Info, given: dict[str, Any]) -> Run:
    return get_run(asker(info), given["entityName"], given["projectName"], given["runName"], P.LOG_RUN)


BINDINGS = [mutation, run, file]
