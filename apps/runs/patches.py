"""Unified diffs (`diff.patch`) taken apart into files and numbered lines, for showing."""

import re
from dataclasses import dataclass, field

MAX_LINES = 5000  # shown; the whole patch can be downloaded
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)")


@dataclass(frozen=True)
class PatchLine:
    """One line: `kind` is added, removed, equal, or fold for the head of a hunk."""

    kind: str
    old: int | None
    new: int | None
    text: str


@dataclass
class PatchFile:
    """What changed in one file."""

    path: str
    lines: list[PatchLine] = field(default_factory=list)
    added: int = 0
    removed: int = 0
    is_binary: bool = False


@dataclass(frozen=True)
class Patch:
    """A whole patch; `is_cut` says that more follows than is shown."""

    files: list[PatchFile]
    is_cut: bool

    @property
    def added(self) -> int:
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        return sum(file.removed for file in self.files)


def parse_patch(text: str) -> Patch:
    """Read the output of `git diff`. What is no diff gives no files; nothing raises."""
    reader = _Reader()
    lines = text.splitlines()
    for line in lines[:MAX_LINES]:
        reader.read(line)
    return Patch(reader.files, len(lines) > MAX_LINES)


class _Reader:
    """Keeps its place: the file, and the numbers of the next old and new line."""

    def __init__(self) -> None:
        self.files: list[PatchFile] = []
        self.old = self.new = 0
        self.in_hunk = False

    def read(self, line: str) -> None:
        if line.startswith("diff --git "):
            self._begin(line.rpartition(" b/")[2])
        elif hunk := _HUNK.match(line):
            self._open(hunk)
        elif self.in_hunk and line[:1] in {"+", "-", " ", ""}:
            self._take(line)
        elif not self.in_hunk:
            self._head(line)

    def _begin(self, path: str) -> None:
        self.files.append(PatchFile(path))
        self.in_hunk = False

    def _head(self, line: str) -> None:
        """Read the lines between `diff` and the first hunk; patches without `diff --git` begin with `+++`."""
        if line.startswith("+++ "):
            path = line[4:].split("\t")[0].removeprefix("b/")
            if not self.files or self.files[-1].lines:
                self._begin(path)
            elif path != "/dev/null":
                self.files[-1].path = path
        elif line.startswith("Binary files ") and self.files:
            self.files[-1].is_binary = True

    def _open(self, hunk: re.Match[str]) -> None:
        if not self.files:
            return
        self.old, self.new, self.in_hunk = int(hunk[1]), int(hunk[2]), True
        self.files[-1].lines.append(PatchLine("fold", None, None, hunk[3]))

    def _take(self, line: str) -> None:
        file, sign, text = self.files[-1], line[:1], line[1:]
        if sign == "+":
            file.lines.append(PatchLine("added", None, self.new, text))
            file.added, self.new = file.added + 1, self.new + 1
        elif sign == "-":
            if line.startswith("--- ") and not file.lines[-1:]:
                return
            file.lines.append(PatchLine("removed", self.old, None, text))
            file.removed, self.old = file.removed + 1, self.old + 1
        else:
            file.lines.append(PatchLine("equal", self.old, self.new, text))
            self.old, self.new = self.old + 1, self.new + 1
