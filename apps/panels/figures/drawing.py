"""Which kinds are drawings, and how one becomes a file."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from apps.core.errors import InvalidInput
from apps.panels.figures.bars import draw_bars, height_of_bars
from apps.panels.figures.colours import tokens
from apps.panels.figures.coordinates import draw_coordinates
from apps.panels.figures.heat import draw_heat
from apps.panels.figures.legends import Legend
from apps.panels.figures.lines import draw_lines
from apps.panels.figures.points import draw_points
from apps.panels.figures.scalars import draw_scalars, height_of_scalars
from apps.panels.figures.sheet import Sheet
from apps.panels.terms import PanelData

MILLIMETRES = 25.4  # in an inch
DOTS = 200  # per inch, of PNG
FAMILIES = ("Inter", "Inter Variable", "Helvetica Neue", "Helvetica", "Arial", "Liberation Sans", "DejaVu Sans")
EMPTY = 60.0
USUAL = 165.0  # points that axes are high unless a person or the kind says something else


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws one kind on axes and returns its legend. `parts` tells how much there is to draw, `height` in points how
    much room that wants."""

    draw: Callable[[Any, PanelData], Legend]
    parts: Callable[[Any], int]
    height: Callable[[PanelData], float] = lambda _: USUAL


DRAWERS: Mapping[str, Drawer] = {
    "bar": Drawer(draw_bars, lambda body: len(body.bars), height_of_bars),
    "histogram": Drawer(draw_heat, lambda body: len(body.steps)),
    "line": Drawer(draw_lines, lambda body: len(body.lines)),
    "parallel": Drawer(draw_coordinates, lambda body: len(body.runs)),
    "scalar": Drawer(draw_scalars, lambda body: len(body.numbers), height_of_scalars),
    "scatter": Drawer(draw_points, lambda body: len(body.xs)),
}
NO_DRAWINGS = frozenset({"code", "comparer", "markdown", "media", "table"})


@dataclass(frozen=True, slots=True)
class Size:
    """In millimetres: 130 is the text width of a paper. Without a height the panel is as high as it needs."""

    width: float = 130
    height: float | None = None


def draw(data: PanelData, form: str, size: Size = Size()) -> bytes:
    """Return the panel as SVG, PDF or PNG. Raises InvalidInput for kinds that are no drawing.

    The same data give the same bytes: no date, no random ids. Cost: half a second to import matplotlib, then 0.2 s.
    """
    if data.kind not in DRAWERS:
        raise InvalidInput(refusal(data), code="not_drawn")
    import matplotlib as mpl

    with mpl.rc_context(style()), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a letter that no font has, a sheet as small as a stamp
        out = BytesIO()
        figure_of(data, size).savefig(out, format=form, dpi=DOTS, metadata=_nameless(form))
        return out.getvalue()


def figure_of(data: PanelData, size: Size) -> Any:
    """Return a matplotlib figure of a kind that is drawn."""
    from matplotlib.figure import Figure

    drawer = DRAWERS[data.kind]
    is_empty = data.body is None or not drawer.parts(data.body)
    body = EMPTY if is_empty else drawer.height(data)
    width = size.width / MILLIMETRES * 72
    height = None if size.height is None else size.height / MILLIMETRES * 72
    figure = Figure(figsize=(width / 72, (height or body / 0.75) / 72))
    axes = figure.subplots()
    legend = _nothing(axes) if is_empty else drawer.draw(axes, data)
    sheet = Sheet(data, legend, (width, height), body)
    sheet.write(figure)
    figure.set_layout_engine("constrained", rect=sheet.rest(), w_pad=0, h_pad=0)
    return figure


def _nothing(axes: Any) -> Legend:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "Nothing to draw.", ha="center", va="center", color=tokens()["ink-3"])
    return []


def refusal(data: PanelData) -> str:
    if data.kind in {"error", "unknown"} and data.notes:
        return data.notes[0].sentence
    return f"A panel of the kind “{data.kind}” is no drawing. Take it away as CSV."


def _nameless(form: str) -> dict[str, Any]:
    return {"svg": {"Date": None, "Creator": "Carnet"}, "pdf": {"CreationDate": None, "Creator": "Carnet"}}.get(
        form, {}
    )


def style() -> Any:
    colours = tokens()
    return {
        "font.family": ["sans-serif", "DejaVu Sans"],  # which matplotlib brings along, for letters that others lack
        "font.sans-serif": list(FAMILIES),
        "font.size": 8,
        "text.parse_math": False,  # a dollar sign in a name begins no formula
        "text.hinting": "none",  # so that letters are as wide as they were measured
        "svg.fonttype": "none",
        "svg.hashsalt": "carnet",
        "pdf.fonttype": 42,
        "axes.edgecolor": colours["chart-axis"],
        "axes.labelcolor": colours["ink-2"],
        "axes.titlecolor": colours["ink"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": colours["chart-grid"],
        "grid.linewidth": 0.6,
        "text.color": colours["ink"],
        "xtick.color": colours["ink-3"],
        "ytick.color": colours["ink-3"],
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "xtick.major.size": 2.5,
        "ytick.major.size": 0,
        "lines.linewidth": 1.0,
    }
