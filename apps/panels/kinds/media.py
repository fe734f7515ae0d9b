"""Media by run and step: pictures, sound, films, pages and other files that runs logged under some keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.core.blobs import signed_get_path
from apps.core.formats import count
from apps.panels.kinds.parts import is_active
from apps.panels.marks import mark_of_run
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Mark, Note, PanelData
from apps.runs.models import Run, RunFile
from apps.runs.queries.files import files_by_path
from apps.runs.queries.many_columns import columns_of_runs

DEFAULT_RUNS, MOST_RUNS = 10, 50
MOST_ITEMS = 100  # of one run and key
MOST_STEPS = 10_000
DEFAULT_COLUMNS, MOST_COLUMNS = 6, 24
_KINDS = {
    "image-file": "image",
    "images/separated": "image",
    "images": "image",
    "audio-file": "audio",
    "audio": "audio",
    "video-file": "video",
    "videos": "video",
    "html-file": "html",
}

Steps = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One picture, sound, film, page or other file. `address` is signed for an hour; None: its bytes are not there."""

    kind: str  # image, audio, video, html, file
    address: str | None
    name: str
    caption: str = ""
    width: int = 0
    height: int = 0
    layers: tuple[str, ...] = ()  # masks and boxes that were logged with it
    path: str = ""  # among the files of its run


@dataclass(frozen=True, slots=True)
class MediaRow:
    """What one run shows of one key: at `step`, the wanted one or the last before it (`is_earlier`)."""

    mark: int
    key: str
    step: int
    is_earlier: bool
    items: tuple[MediaItem, ...]
    item_count: int


@dataclass(frozen=True, slots=True)
class MediaRows:
    """`steps` are those of all runs that are shown, rising; `step` is the one that is wanted."""

    steps: Steps
    step: int | None
    rows: tuple[MediaRow, ...]
    column_count: int
    mode: str  # gallery, grid


@dataclass(frozen=True, slots=True)
class _Found:
    run: Run
    key: str
    by_step: Mapping[int, Any]


def media_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a media browser: `mediaKeys` of the first runs that log them, at step `x.step` or the last of all.

    `x.run_limit` says how many runs (at most MOST_RUNS), `columnCount` how many items stand side by side.
    """
    keys = [str(key) for key in panel.config.get("mediaKeys") or ()]
    shown = scene.shown
    most = min(_whole(panel.extras.get("run_limit"), DEFAULT_RUNS), MOST_RUNS)
    found = _logged(shown[: max(most * 5, MOST_RUNS)], keys)
    runs = list(dict.fromkeys(each.run for each in found))[:most]
    chosen = [each for each in found if each.run in set(runs)]
    steps = _steps(each.by_step for each in chosen)
    wanted = _wanted(panel.extras.get("step"), steps)
    marks = [mark_of_run(run) for run in runs]
    rows = tuple(_rows(chosen, {run.pk: place for place, run in enumerate(runs)}, wanted))
    return PanelData(
        kind="media",
        title=str(panel.config.get("chartTitle") or ", ".join(keys)),
        marks=tuple(marks),
        body=MediaRows(steps, wanted, rows, _columns(panel), str(panel.config.get("mode") or "gallery")),
        notes=tuple(_notes(keys, rows, marks, wanted)),
        run_count=len(shown),
        drawn_count=len(runs),
        step_last=int(steps[-1]) if len(steps) else None,
        is_active=is_active(runs),
    )


def _logged(runs: Sequence[Run], keys: Sequence[str]) -> list[_Found]:
    """Return what runs logged under the keys that is media, by step."""
    found = []
    for run, columns in columns_of_runs(runs, keys):
        for key in keys:
            media = {step: value for step, value in columns.column(key).others.items() if _is_media(value)}
            if media:
                found.append(_Found(run, key, media))
    return found


def _is_media(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("_type"), str) and bool(_paths(value))


def _steps(parts: Iterable[Mapping[int, Any]]) -> Steps:
    every = np.unique(np.fromiter((step for part in parts for step in part), np.int64))
    return every if len(every) <= MOST_STEPS else every[np.linspace(0, len(every) - 1, MOST_STEPS).astype(np.int64)]


def _wanted(step: Any, steps: Steps) -> int | None:
    if not len(steps):
        return None
    if isinstance(step, bool) or not isinstance(step, (int, float)) or step != step:  # noqa: PLR0124  NaN
        return int(steps[-1])
    return int(min(max(step, int(steps[0])), int(steps[-1])))


def _rows(found: Sequence[_Found], places: Mapping[int, int], wanted: int | None) -> Iterator[MediaRow]:
    chosen = [(each, _at(each.by_step, wanted)) for each in found]
    media = [(each, step, each.by_step[step]) for each, step in chosen if step is not None]
    files = files_by_path({(each.run.pk, path) for each, _, value in media for path in _paths(value)[:MOST_ITEMS]})
    for each, step, value in media:
        paths = _paths(value)
        items = tuple(
            media_item(value, path, place, files.get((each.run.pk, path)))
            for place, path in enumerate(paths[:MOST_ITEMS])
        )
        yield MediaRow(places[each.run.pk], each.key, step, step != wanted, items, len(paths))


def _at(by_step: Mapping[int, Any], wanted: int | None) -> int | None:
    """Return the wanted step, else the last before it."""
    return max((step for step in by_step if wanted is not None and step <= wanted), default=None)


def _paths(value: Mapping[str, Any]) -> list[str]:
    several = value.get("filenames")
    if isinstance(several, list):
        return [path for path in several if isinstance(path, str)]
    path = value.get("path")
    return [path] if isinstance(path, str) and path else []


def media_item(value: Mapping[str, Any], path: str, place: int, file: RunFile | None) -> MediaItem:
    """Return one item of a media value: the one at `place` where there are several."""
    kind = _KINDS.get(str(value.get("_type")), "file")
    captions = value.get("captions")
    caption = captions[place] if isinstance(captions, list) and place < len(captions) else value.get("caption")
    address = None
    if file is not None and file.blob is not None:
        address = signed_get_path(
            file.blob.key,
            filename=path,
            content_type=file.content_type,
            attachment=kind == "file",
            scripts=kind == "html",
        )
    return MediaItem(
        kind=kind,
        address=address,
        name=path.rpartition("/")[2],
        caption=str(caption)[:500] if isinstance(caption, (str, int, float)) else "",
        width=_pixels(value.get("width")),
        height=_pixels(value.get("height")),
        layers=tuple(name for name in ("masks", "boxes") if value.get(name) or value.get(f"all_{name}")),
        path=path,
    )


def _pixels(value: Any) -> int:
    return min(_whole(value, 0), 20_000)


def _whole(value: Any, otherwise: int) -> int:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 10**9
    return int(value) if is_number else otherwise


def _columns(panel: PanelSpec) -> int:
    return min(_whole(panel.config.get("columnCount"), DEFAULT_COLUMNS), MOST_COLUMNS)


def _notes(keys: Sequence[str], rows: Sequence[MediaRow], marks: Sequence[Mark], wanted: int | None) -> Iterator[Note]:
    if not rows:
        yield Note("missing_key", f"None of these runs logs {', '.join(keys) or 'media'}.", tuple(keys))
    earlier = {row.mark for row in rows if row.is_earlier}
    if earlier:
        names = ", ".join(marks[place].label for place in sorted(earlier)[:3])
        more = f" and {len(earlier) - 3} more" if len(earlier) > 3 else ""
        has = "has" if len(earlier) == 1 else "have"
        yield Note("earlier_step", f"{names}{more} {has} no step {count(wanted)}; the last one before it is shown.")
    if any(row.item_count > len(row.items) for row in rows):
        yield Note("cut", f"The first {MOST_ITEMS} items of each run are shown.")
    if any(item.address is None for row in rows for item in row.items):
        yield Note("no_bytes", "Some files have not arrived yet.")
    layers = {layer for row in rows for item in row.items for layer in item.layers}
    if layers:
        yield Note("layers", f"{' and '.join(sorted(layers)).capitalize()} were logged with these pictures, not drawn.")
