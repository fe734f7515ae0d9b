"""The files of a run as pages show them: a tree, and one file beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from apps.core import formats
from apps.core.blobs import blob_store
from apps.core.errors import NotFound
from apps.runs.access import get_run_file
from apps.runs.models import Run, RunFile
from apps.runs.patches import Patch, parse_patch
from apps.runs.previews import HEAD_BYTES, Kind, Preview, kind_by_type, preview
from apps.runs.queries.files import file_path

MOST_FILES = 5000  # in one tree
PATCH = "diff.patch"
REQUIREMENTS = "requirements.txt"
CODE = "code/"
PATCH_BYTES = 2 * 2**20
_ICONS = {"image": "image", "video": "video", "text/csv": "table"}


@dataclass(frozen=True)
class FileEntry:
    """A file in a list."""

    path: str
    size: int
    content_type: str
    updated_at: datetime | None

    @property
    def icon(self) -> str:
        kind = self.content_type.partition(";")[0]
        return _ICONS.get(kind) or _ICONS.get(kind.partition("/")[0]) or "file"


@dataclass
class Node:
    """A file or folder of a tree. A folder has children and says what is in it."""

    name: str
    url: str = ""
    note: str = ""
    icon: str = ""
    current: bool = False
    children: list["Node"] = field(default_factory=list)
    file_count: int = 0
    size: int = 0


@dataclass(frozen=True)
class ShownFile:
    """One file, open: how it is shown, and where its bytes are (a signed path, valid for an hour)."""

    entry: FileEntry
    preview: Preview
    bytes_url: str
    patch: Patch | None = None


def file_entries(run: Run) -> list[FileEntry]:
    """Return the files of a run by path, at most MOST_FILES."""
    files = RunFile.objects.filter(run=run, blob__isnull=False).select_related("blob").order_by("path")
    return [_entry(file) for file in files[:MOST_FILES]]


def code_entries(entries: Iterable[FileEntry]) -> list[FileEntry]:
    """Return what says which code ran: saved sources, the patch, the installed packages."""
    return [entry for entry in entries if entry.path.startswith(CODE) or entry.path in {PATCH, REQUIREMENTS}]


def main_source(run: Run, entries: list[FileEntry]) -> str | None:
    """Return the file to open first on the code page: the script that ran, else a source, else what there is."""
    paths = [entry.path for entry in entries]
    script = str(run.client_config.get("code_path") or "")
    wanted = [script, f"{CODE}{run.program}", *(path for path in paths if path.startswith(CODE)), PATCH, REQUIREMENTS]
    return next((path for path in wanted if path in paths), None)


def open_file(run: Run, path: str) -> ShownFile:
    """Return a file of a run whose door has been passed, with what is shown of it. Raises NotFound."""
    file = get_run_file(run, path)
    entry = _entry(file)
    kind = kind_by_type(entry.content_type)
    if kind is not None:
        return ShownFile(entry, Preview(kind), file_path(file))
    is_patch = path.endswith((".patch", ".diff"))
    head = _head(file, PATCH_BYTES if is_patch else HEAD_BYTES)
    shown = preview(path, head, size=entry.size)
    patch = parse_patch(head.decode("utf-8", errors="replace")) if is_patch and shown.kind == Kind.TEXT else None
    return ShownFile(entry, shown, file_path(file), patch if patch and patch.files else None)


def tree(entries: Iterable[FileEntry], *, current: str, link: Callable[[str], str]) -> list[Node]:
    """Return files as folders within folders, folders first; `link` gives the address of a path."""
    root = Node("")
    for entry in entries:
        *folders, name = entry.path.split("/")
        place = root
        for folder in folders:
            place = _folder(place, folder)
            place.file_count, place.size = place.file_count + 1, place.size + entry.size
        note, is_open = formats.size(entry.size), entry.path == current
        place.children.append(Node(name, link(entry.path), note, entry.icon, is_open))
    _settle(root)
    return root.children


def total_size(entries: Iterable[FileEntry]) -> int:
    return sum(entry.size for entry in entries)


def _folder(place: Node, name: str) -> Node:
    last = place.children[-1] if place.children else None
    if last is None or last.name != name or last.url:
        last = next((child for child in place.children if child.name == name and not child.url), None)
    if last is None:
        last = Node(name)
        place.children.append(last)
    return last


def _settle(place: Node) -> None:
    """Put folders first and say what is in them."""
    place.children.sort(key=lambda child: bool(child.url))
    for child in place.children:
        if not child.url:
            files = f"{formats.count(child.file_count)} {'file' if child.file_count == 1 else 'files'}"
            child.note = f"{files}, {formats.size(child.size)}"
            _settle(child)


def _entry(file: RunFile) -> FileEntry:
    size = file.blob.size if file.blob else None
    return FileEntry(file.path, size or 0, file.content_type, file.updated_at)


def _head(file: RunFile, most: int) -> bytes:
    """Return the first bytes of a file; of one whose bytes are gone: none."""
    if file.blob is None:
        return b""
    try:
        return b"".join(blob_store().open(file.blob.key, stop=most))
    except NotFound:
        return b""
