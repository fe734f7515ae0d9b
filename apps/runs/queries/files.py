"""Files of a run whose bytes are there: by page, as a tree, and where their bytes are."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from apps.core.blobs import blob_store
from apps.core.blobs.terms import GetTerms
from apps.core.errors import InvalidInput
from apps.core.pages import Page
from apps.runs.models import Run, RunFile

MOST_AT_ONCE = 1000
MOST_IN_TREE = 50_000
MAX_PATTERN = 500


@dataclass(frozen=True)
class FilePage(Page[RunFile]):
    """Files by path. Any of them can be the place after which the next page begins."""

    @property
    def files(self) -> list[RunFile]:
        return self.items

    @property
    def has_next(self) -> bool:
        return self.next_cursor is not None

    @staticmethod
    def cursor(file: RunFile) -> str:
        return urlsafe_b64encode(file.path.encode()).decode()


@dataclass
class Folder:
    """A folder of a run's files; `name` is empty for the run itself."""

    name: str
    files: list[RunFile] = field(default_factory=list)
    children: dict[str, "Folder"] = field(default_factory=dict)

    @property
    def folders(self) -> list[dict[str, Any]]:
        """The folders within, in a shape that JSON holds."""
        return [child.as_json() for child in self.children.values()]

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "files": [_as_json(file) for file in self.files], "folders": self.folders}


def list_files(
    run: Run,
    *,
    names: Sequence[str] | None = None,
    pattern: str | None = None,
    after: str | None = None,
    first: int = 50,
) -> FilePage:
    """Return files by path: of these names (`./a` is `a`; unknown ones are left out), or matching a LIKE pattern
    (`%`, `_`), after a cursor. One query."""
    rows = stored(run)
    if names is not None:
        rows = rows.filter(path__in=[_normal(name) for name in names])
    if pattern is not None:
        rows = _like(rows, pattern)
    if after is not None:
        rows = rows.filter(path__gt=_read_cursor(after))
    limit = min(max(first, 0), MOST_AT_ONCE)
    found = list(rows[: limit + 1])
    items = found[:limit]
    return FilePage(items, FilePage.cursor(items[-1]) if items and len(found) > limit else None)


def stored(run: Run) -> QuerySet[RunFile]:
    """Return the files whose bytes are there, by path."""
    return RunFile.objects.filter(run=run, blob__isnull=False).select_related("blob", "run").order_by("path")


def files_by_path(places: Iterable[tuple[int, str]]) -> dict[tuple[int, str], RunFile]:
    """Return the files at (run, path) whose bytes are there. One query."""
    wanted = set(places)
    rows = RunFile.objects.select_related("blob").filter(
        run_id__in={run_id for run_id, _ in wanted}, path__in={path for _, path in wanted}, blob__isnull=False
    )
    return {(file.run_id, file.path): file for file in rows if (file.run_id, file.path) in wanted}


def code_files(run_ids: Sequence[int]) -> dict[int, list[RunFile]]:
    """Return the saved sources of runs, by path; runs without any are left out. One query."""
    rows = RunFile.objects.select_related("blob").filter(
        run_id__in=run_ids, path__startswith="code/", blob__isnull=False
    )
    found: dict[int, list[RunFile]] = {}
    for file in rows.order_by("path"):
        found.setdefault(file.run_id, []).append(file)
    return found


def file_count(run: Run) -> int:
    return RunFile.objects.filter(run=run, blob__isnull=False).count()


def file_tree(run: Run) -> Folder:
    """Return all files as folders within folders. One query."""
    root = Folder("")
    for file in stored(run)[:MOST_IN_TREE]:
        place = root
        for name in file.path.split("/")[:-1]:
            place = place.children.setdefault(name, Folder(name))
        place.files.append(file)
    return root


def stored_files(run: Run) -> Iterator[tuple[str, str]]:
    """Yield (path, storage key) of every file, for a zip of all."""
    yield from stored(run).values_list("path", "blob__key").iterator(chunk_size=2000)


def file_path(file: RunFile, *, attachment: bool = False) -> str:
    """Return the signed path from which the bytes come for an hour (an absolute address with an object store)."""
    if file.blob is None:
        raise InvalidInput("The bytes of this file have not arrived yet.", code="no_bytes")
    terms = GetTerms(filename=file.path, content_type=file.content_type, attachment=attachment)
    return blob_store().get_address(file.blob.key, terms)


def _normal(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in {"", "."})


def _like(rows: QuerySet[RunFile], pattern: str) -> QuerySet[RunFile]:
    """Filter as SQL does, which Django has no lookup for. (SQLite takes `a` for `A` here.)"""
    matches = RawSQL("runs_runfile.path LIKE %s ESCAPE '\\'", [pattern[:MAX_PATTERN].replace("\\", "\\\\")])
    return rows.annotate(is_match=matches).filter(is_match=True)


def _read_cursor(text: str) -> str:
    try:
        return urlsafe_b64decode(text.encode("ascii")).decode()
    except (Base64Error, UnicodeError):
        raise InvalidInput("This cursor is not one of this list.", code="bad_cursor") from None


def _as_json(file: RunFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "size_bytes": file.size_bytes,
        "md5": file.md5,
        "content_type": file.content_type,
        "updated_at": file.updated_at,
    }
