"""Files of runs: announced, uploaded past Django by a signed address, completed, replaced, deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.timezone import now

from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.blobs import blob_store, new_key
from apps.core.blobs.content import content_type
from apps.core.blobs.store import BlobStat
from apps.core.blobs.terms import PutTerms
from apps.core.errors import InvalidInput
from apps.core.events import publish
from apps.core.jobs import enqueue
from apps.core.models import Blob, Holding
from apps.runs.actions.runs import locked_run
from apps.runs.events import RunChanged
from apps.runs.models import Run, RunFile
from apps.runs.values import MAX_KEY_BYTES

MAX_FILE_BYTES = 2**40
MAX_PATH_LENGTH = 1024
METADATA_PATH = "wandb-metadata.json"


@dataclass(frozen=True, slots=True)
class AnnouncedFile:
    """Where to PUT the bytes of a file: a path of this server, or an absolute address of the object store."""

    path: str  # as it was asked for
    put_path: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Arrived:
    """Bytes that are in the store and belong to an announced file."""

    file_id: int
    path: str
    key: str
    stat: BlobStat


def normal_path(path: str) -> str:
    """Return a file's path without `./` and doubled slashes. Raises InvalidInput for one that leaves the run."""
    shown = path[:40].replace("\x00", "\N{SYMBOL FOR NULL}")
    if not path or len(path) > MAX_PATH_LENGTH or len(path.encode(errors="replace")) > MAX_KEY_BYTES:
        raise InvalidInput(f"A file name has 1 to {MAX_PATH_LENGTH} characters; “{shown}” has not.", code="bad_path")
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "\x00" in path or _has_surrogates(path):
        sentence = f"“{shown}” is not a name for a file of a run: no “..”, no absolute path, no NUL."
        raise InvalidInput(sentence, code="bad_path")
    normal = "/".join(part for part in parts if part not in {"", "."})
    if not normal:
        raise InvalidInput(f"“{shown}” names no file.", code="bad_path")
    return normal


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


@transaction.atomic
def announce_files(run: Run, paths: Sequence[str], *, actor: Principal) -> list[AnnouncedFile]:
    """Say where the bytes of files go: one answer per path, in their order. Writes no file yet.

    A file that is announced twice before its bytes are complete has one place; the last bytes count.
    """
    normal = [normal_path(path) for path in paths]
    run = locked_run(run)  # it may be moving to another team
    _make_rows(run, set(normal))
    files = {file.path: file for file in RunFile.objects.select_for_update().filter(run=run, path__in=set(normal))}
    moment = now()
    fresh = [file for file in files.values() if not file.announced_key]
    for file in fresh:
        file.announced_key, file.announced_at = new_key(), moment
    RunFile.objects.bulk_update(fresh, ["announced_key", "announced_at"], batch_size=200)
    return [_announced(path, files[name].announced_key) for path, name in zip(paths, normal, strict=True)]


def _make_rows(run: Run, paths: set[str]) -> None:
    known = RunFile.objects.filter(run=run, path__in=paths).values_list("path", flat=True)
    missing = sorted(paths.difference(known))
    rows = [RunFile(tenant_id=run.tenant_id, run=run, path=path) for path in missing]
    RunFile.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)


def _announced(path: str, key: str) -> AnnouncedFile:
    signed = blob_store().put_address(key, PutTerms(max_size=MAX_FILE_BYTES))
    return AnnouncedFile(path, signed.url, signed.headers)


def complete_files(run: Run, paths: Iterable[str]) -> int:
    """List the files whose bytes have arrived, replacing older content. Returns how many; a repeat changes nothing."""
    arrived = find_arrived(run.pk, paths)
    return keep_arrived(run, arrived) if arrived else 0


def find_arrived(run_id: int, paths: Iterable[str]) -> list[Arrived]:
    """Ask the store which announced files are there, and let nobody change them. Belongs before a transaction."""
    names = {normal_path(path) for path in paths}
    rows = RunFile.objects.filter(run_id=run_id, path__in=names).exclude(announced_key="")
    found = ((row, blob_store().seal(row.announced_key)) for row in rows)
    return [Arrived(row.pk, row.path, row.announced_key, stat) for row, stat in found if stat is not None]


@transaction.atomic
def keep_arrived(run: Run, arrived: Iterable[Arrived]) -> int:
    """Write the rows of files that have arrived."""
    run = locked_run(run)
    by_file = {item.file_id: item for item in arrived}
    files = RunFile.objects.select_for_update(of=("self",)).select_related("blob").filter(pk__in=by_file).order_by("pk")
    kept = [file for file in files if file.announced_key == by_file[file.pk].key]
    if not kept:
        return 0
    blobs = Blob.objects.bulk_create([_blob(by_file[file.pk]) for file in kept])
    Holding.objects.bulk_create(_holding(run, blob) for blob in blobs if blob.md5)
    for file, blob in zip(kept, blobs, strict=True):
        if file.blob is not None:
            _drop_later(file.blob)
        file.blob, file.announced_key, file.updated_at = blob, "", now()
        file.content_type = content_type(file.path)
    RunFile.objects.bulk_update(kept, ["blob", "announced_key", "updated_at", "content_type"], batch_size=200)
    if any(file.path == METADATA_PATH for file in kept):
        enqueue("runs.read_metadata", {"run_id": run.pk}, key=f"run.{run.pk}")
    publish(RunChanged(run.pk, run.project_id, "files"))
    return len(kept)


def _blob(item: Arrived) -> Blob:
    return Blob(key=item.key, size=item.stat.size, md5=item.stat.md5 or "", verified=item.stat.md5 is not None)


def _holding(run: Run, blob: Blob) -> Holding:
    return Holding(tenant_id=run.tenant_id, md5=blob.md5, size=blob.size or 0, blob=blob)


@transaction.atomic
def delete_files(run: Run, files: Iterable[RunFile], *, actor: Principal) -> int:
    """Delete files of a run and, soon after, their bytes. Returns how many; a repeat changes nothing."""
    ids = [file.pk for file in files]
    rows = list(RunFile.objects.select_for_update(of=("self",)).select_related("blob").filter(run=run, pk__in=ids))
    for row in rows:
        if row.blob is not None:
            _drop_later(row.blob)
    RunFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if rows:
        names = [row.path for row in rows[:20]]
        record(actor, "run.files_deleted", target=run.name, tenant_id=run.tenant_id, count=len(rows), paths=names)
        publish(RunChanged(run.pk, run.project_id, "files"))
    return len(rows)


def drop_all_files(run: Run) -> None:
    """Delete all files of a run that is being erased, and soon after the bytes that nothing else holds."""
    for file in RunFile.objects.select_related("blob").filter(run=run, blob__isnull=False):
        if file.blob is not None:
            _drop_later(file.blob)
    RunFile.objects.filter(run=run).delete()


def _drop_later(blob: Blob) -> None:
    enqueue("runs.drop_blob", {"blob_id": blob.pk, "key": blob.key}, key=blob.key)


def drop_blob(blob_id: int, key: str) -> bool:
    """Delete bytes that nothing points at any more. Returns whether they are gone; a repeat changes nothing."""
    try:
        with transaction.atomic():
            Blob.objects.filter(pk=blob_id).delete()
    except ProtectedError:
        return False
    blob_store().delete(key)
    return True
