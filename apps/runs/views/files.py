"""The files of a run, and its code: a tree, and the file that is open."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.runs.models import Run
from apps.runs.queries.file_pages import (
    FileEntry,
    ShownFile,
    code_entries,
    file_entries,
    main_source,
    open_file,
    total_size,
    tree,
)
from apps.runs.queries.run_pages import run_facts
from apps.runs.views.door import run_view
from apps.runs.views.frame import run_frame

OPENED_FIRST = ("README.md", "output.log", "config.yaml", "wandb-metadata.json")


@run_view(GET=P.VIEW_PROJECT)
def files(request: PageRequest, run: Run, path: str = "") -> HttpResponse:
    entries = file_entries(run)
    path = path or _first(entries)
    shown = open_file(run, path) if path else None
    return render(request, "runs/files.html", _page(request, run, "files", entries, shown))


@run_view(GET=P.VIEW_PROJECT)
def code(request: PageRequest, run: Run, path: str = "") -> HttpResponse:
    entries = code_entries(file_entries(run))
    path = path or main_source(run, entries) or ""
    shown = open_file(run, path) if path else None
    return render(request, "runs/code.html", _page(request, run, "code", entries, shown))


def _page(
    request: PageRequest, run: Run, tab: str, entries: list[FileEntry], shown: ShownFile | None
) -> dict[str, Any]:
    frame = run_frame(request, run, tab)
    at, current = frame["at"], shown.entry.path if shown else ""
    return frame | {
        "entries": entries,
        "total_size": total_size(entries),
        "nodes": tree(entries, current=current, link=lambda path: at.to(f"{tab}_path", path=path)),
        "shown": shown,
        "facts": run_facts(run, frame["head"]),
        "download": f"{at.api}/files/{current}?download",
        "zip_url": f"{at.api}/files.zip",
    }


def _first(entries: list[FileEntry]) -> str:
    """Return the file to open when none is asked for: one that says something, else the first."""
    paths = [entry.path for entry in entries]
    return next((path for path in OPENED_FIRST if path in paths), paths[0] if paths else "")
