"""Measured beside promised: printed, and kept for the table and the chart of benchmarks/README.md.

`make bench ARGS=--write` writes what was measured into the README, figures.json and figures.svg; else nothing is kept.
"""

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent
KEPT, CHART, README = FOLDER / "figures.json", FOLDER / "figures.svg", FOLDER / "README.md"
SINK = "CARNET_BENCH_FIGURES"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True)
class Figure:
    """One promise: what was measured, the bar, whether less or more is better, and what a peer reached."""

    name: str
    measured: float
    unit: str
    bar: float | None = None
    is_less_better: bool = True
    peer: float | None = None
    on: str = ""

    @property
    def reaches(self) -> bool | None:
        if self.bar is None:
            return None
        return self.measured <= self.bar if self.is_less_better else self.measured >= self.bar

    @property
    def share(self) -> float | None:
        """How good it is: 1 on the bar, 2 twice as good."""
        if self.bar is None or not self.measured:
            return None
        return self.bar / self.measured if self.is_less_better else self.measured / self.bar

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer."""
        if self.peer is None or not self.measured or not self.peer:
            return None
        return self.peer / self.measured if self.is_less_better else self.measured / self.peer


def tell(figure: Figure) -> None:
    """Print a figure beside its bar, and keep it for whoever began the run."""
    sign = "≤" if figure.is_less_better else "≥"
    bar = "" if figure.bar is None else f"   bar {sign} {amount(figure.bar)}"
    word = {True: "reached", False: "MISSED", None: ""}[figure.reaches]
    peer = "" if figure.peer is None else f"   MLflow {amount(figure.peer)} ({figure.ratio or 0:,.0f} ×)"
    print(f"{label(figure)}: measured {amount(figure.measured)} {figure.unit}{bar} {word}{peer}", flush=True)
    if sink := os.environ.get(SINK):
        with Path(sink).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(figure)) + "\n")


def label(figure: Figure) -> str:
    return f"{figure.name} ({figure.on})" if figure.on else figure.name


def amount(value: float) -> str:
    """Return three digits that matter."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def machine() -> str:
    """Name what was measured on."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        model = next(line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.machine()
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def write(lines: Iterable[str]) -> None:
    """Write figures into what is kept; those of other benchmarks stay."""
    today = {"date": date.today().isoformat(), "machine": machine()}  # noqa: DTZ011  the day where it was measured
    kept: dict[str, dict[str, object]] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    found = [json.loads(line) for line in lines]
    kept |= {label(Figure(**each)): each | today for each in found}
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    CHART.write_text(draw(list(kept.values())), encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    head, tail = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{head}{BEGIN}\n{table(list(kept.values()))}\n{END}{tail}", encoding="utf-8")


def _figure(kept: Mapping[str, object]) -> Figure:
    return Figure(**{name: value for name, value in kept.items() if name not in {"date", "machine"}})  # type: ignore[arg-type]


def table(kept: list[dict[str, object]]) -> str:
    """Return the table of the README."""
    if not kept:
        return "Nothing is kept yet."
    rows = ["| work | on | bar | measured | | MLflow | ratio | when |", "|---|---|---|---|---|---|---|---|"]
    for each in kept:
        figure = _figure(each)
        bar = "" if figure.bar is None else f"{'≤' if figure.is_less_better else '≥'} {amount(figure.bar)}"
        peer = "" if figure.peer is None else amount(figure.peer)
        ratio = "" if figure.ratio is None else f"{figure.ratio:,.0f} ×"
        mark = {True: "reached", False: "**missed**", None: ""}[figure.reaches]
        cells = [figure.name, figure.on, bar, f"{amount(figure.measured)} {figure.unit}", mark, peer, ratio]
        rows.append(f"| {' | '.join(cells)} | {each['date']} |")
    machines = dict.fromkeys(str(each["machine"]) for each in kept)
    return "\n".join([*rows, "", f"Measured on {'; '.join(machines)}."])


ROW, LEFT, WIDTH = 20, 330, 760
STYLE = """
text { font: 11px system-ui, sans-serif; fill: #2b2f36 } .good { fill: #2f7d6b } .bad { fill: #b3482f }
line { stroke: #6b7280; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #d5d9e0 } .good { fill: #58b09c } .bad { fill: #e07a5f } }
"""


def draw(kept: list[dict[str, object]]) -> str:
    """Return a chart of how far each figure is from its bar, as SVG for light and dark pages."""
    figures = [figure for figure in map(_figure, kept) if figure.share is not None]
    height, one = ROW * len(figures) + 46, LEFT + 160
    body = []
    for place, figure in enumerate(figures):
        y = 30 + place * ROW
        length = max(2.0, min(160 * (figure.share or 0), WIDTH - LEFT - 70))
        kind = "good" if figure.reaches else "bad"
        body += [
            f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(label(figure))}</text>',
            f'<rect class="{kind}" x="{LEFT}" y="{y + 3}" width="{length:.0f}" height="12" rx="2"/>',
            f'<text x="{LEFT + length + 6:.0f}" y="{y + 12}">{amount(figure.measured)} {escape(figure.unit)}</text>',
        ]
    frame = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Measured beside promised"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {frame}>
<style>{STYLE}</style>
<text x="{one}" y="16" text-anchor="middle">the bar</text>
<text x="{WIDTH - 4}" y="16" text-anchor="end">better →</text>
{"".join(body)}
<line x1="{one}" y1="22" x2="{one}" y2="{height - 12}"/>
</svg>
"""
