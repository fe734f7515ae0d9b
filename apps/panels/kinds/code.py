"""The code of two runs side by side: what changed between them in one file, equal stretches folded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from apps.core.blobs import blob_store
from apps.core.errors import NotFound
from apps.panels.marks import mark_of_run
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Note, PanelData
from apps.runs.models import Run, RunFile
from apps.runs.queries.files import code_files

MOST_BYTES = 2**20
MOST_LINES = 20_000
MOST_EXACT = 2_000  # lines between what both begin and end with
AROUND = 3  # equal lines that stay beside a change
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line of the comparison. `sign` is " ", "-", "+", or "…" for a fold of `count` equal lines."""

    sign: str
    left: int | None
    right: int | None
    text: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class CodeDiff:
    path: str
    paths: tuple[str, ...]  # files that at least one of the two has
    lines: tuple[CodeLine, ...]
    is_split: bool
    added_count: int
    removed_count: int


def code_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a code comparer: the first two shown runs with saved code, or those in `x.runs` (uids or names); the
    file `x.path`, else the first that differs. `diff` is split or unified."""
    shown = scene.shown
    files = code_files([run.pk for run in shown[:LOOKED_AT]])
    pair = _pair([run for run in shown[:LOOKED_AT] if run.pk in files], panel.extras.get("runs"))
    title = str(panel.config.get("chartTitle") or "Code comparer")
    if len(pair) < 2:
        note = Note("no_code", "Two runs with saved code are needed: `wandb.init(save_code=True)` or `run.log_code()`.")
        return PanelData("code", title, notes=(note,), run_count=len(shown))
    left, right = ({file.path: file for file in files[run.pk]} for run in pair)
    paths = tuple(sorted({*left, *right}))
    asked = panel.extras.get("path")
    path = asked if isinstance(asked, str) and asked in paths else _first_other(paths, left, right)
    before, after, problem = _texts(left.get(path), right.get(path))
    lines = tuple(diff_lines(before, after))
    return PanelData(
        kind="code",
        title=title,
        treatment=(path,),
        marks=tuple(mark_of_run(run) for run in pair),
        body=CodeDiff(
            path,
            paths,
            lines,
            panel.config.get("diff") != "unified",
            sum(line.sign == "+" for line in lines),
            sum(line.sign == "-" for line in lines),
        ),
        notes=(Note("too_large", problem),) if problem else (),
        run_count=len(shown),
        drawn_count=2,
    )


def diff_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[CodeLine]:
    """Yield removed and added lines with a few equal ones around them, and folds for the rest."""
    for tag, start, stop, other, end in _changes(before, after):
        if tag == "equal":
            yield from _equal(before, start, other, stop - start, len(before))
            continue
        for place in range(start, stop):
            yield CodeLine("-", place + 1, None, before[place])
        for place in range(other, end):
            yield CodeLine("+", None, place + 1, after[place])


def _changes(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return opcodes. What both begin and end with is set apart first; of long middles common lines are no landmarks,
    since comparing each with each would take minutes."""
    least = min(len(before), len(after))
    head = next((place for place in range(least) if before[place] != after[place]), least)
    tails = range(least - head)
    tail = next((place for place in tails if before[-1 - place] != after[-1 - place]), least - head)
    middle, others = before[head : len(before) - tail], after[head : len(after) - tail]
    matcher = SequenceMatcher(None, middle, others, autojunk=max(len(middle), len(others)) > MOST_EXACT)
    codes = [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in matcher.get_opcodes()]
    first = [("equal", 0, head, 0, head)] if head else []
    last = [("equal", len(before) - tail, len(before), len(after) - tail, len(after))] if tail else []
    return [*first, *codes, *last]


def _equal(lines: Sequence[str], left: int, right: int, count: int, total: int) -> Iterator[CodeLine]:
    head = 0 if left == 0 else AROUND
    tail = 0 if left + count == total else AROUND
    folded = count - head - tail
    for step in range(count):
        if folded > 1 and head <= step < count - tail:
            if step == head:
                yield CodeLine("…", left + step + 1, right + step + 1, "", folded)
            continue
        yield CodeLine(" ", left + step + 1, right + step + 1, lines[left + step])


def _pair(runs: Sequence[Run], asked: object) -> list[Run]:
    wanted = [str(name) for name in asked] if isinstance(asked, list) else []
    named = [run for name in wanted for run in runs if name in {run.uid, run.name}]
    return list(dict.fromkeys([*named, *runs]))[:2]


def _first_other(paths: Sequence[str], left: dict[str, RunFile], right: dict[str, RunFile]) -> str:
    """Return the first file whose bytes differ, else the first."""
    digests = {path: [side[path].md5 if path in side else None for side in (left, right)] for path in paths}
    return next((path for path, (one, other) in digests.items() if one != other), paths[0])


def _texts(left: RunFile | None, right: RunFile | None) -> tuple[list[str], list[str], str]:
    sides = [_lines(file) for file in (left, right)]
    if any(side is None for side in sides):
        return [], [], f"Files of more than {MOST_BYTES // 2**20} MB are not compared. Open them on the runs' pages."
    return sides[0] or [], sides[1] or [], ""


def _lines(file: RunFile | None) -> list[str] | None:
    if file is None or file.blob is None:
        return []
    if (file.blob.size or 0) > MOST_BYTES:
        return None
    try:
        text = b"".join(blob_store().open(file.blob.key)).decode("utf-8", errors="replace")
    except NotFound:
        return []
    return text.splitlines()[:MOST_LINES]
