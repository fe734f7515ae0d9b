"""Sheets: size, type, hairlines, title, legend and notes around what a panel shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from apps.core.errors import InvalidInput
from apps.panels.figures.colours import series_colour, tokens
from apps.panels.figures.lines import draw_lines
from apps.panels.terms import PanelData

MILLIMETRES = 25.4  # in an inch
MOST_NAMES = 12  # in a legend
DOTS = 200  # per inch, of PNG
_DRAWERS: Mapping[str, Callable[[Any, PanelData], None]] = {"line": draw_lines}


@dataclass(frozen=True, slots=True)
class Size:
    """In millimetres: 130 is the text width of a paper."""

    width: float = 130
    height: float = 80


def draw(data: PanelData, form: str, size: Size = Size()) -> bytes:
    """Return the panel as SVG, PDF or PNG. Raises InvalidInput for kinds that are no drawing.

    The same data give the same bytes: no date, no random ids. Cost: half a second to import matplotlib, then 0.2 s.
    """
    drawer = _DRAWERS.get(data.kind)
    if drawer is None:
        raise InvalidInput(_refusal(data), code="not_drawn")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_style()):
        figure = Figure(figsize=(size.width / MILLIMETRES, size.height / MILLIMETRES), layout="constrained")
        axes = figure.subplots()
        _title(axes, data)
        drawer(axes, data)
        _notes(axes, data)
        _legend(figure, data)
        out = BytesIO()
        figure.savefig(out, format=form, dpi=DOTS, metadata=_nameless(form))
        return out.getvalue()


def _title(axes: Any, data: PanelData) -> None:
    treated = ", ".join(data.treatment)
    axes.set_title(data.title, loc="left", fontweight="bold", fontsize=9)
    if treated:
        axes.set_title(treated, loc="right", fontsize=7, color=tokens()["ink-3"])


def _legend(figure: Any, data: PanelData) -> None:
    """Name the marks below, in their order; what does not fit is counted."""
    from matplotlib.lines import Line2D

    if len(data.marks) < 2:
        return
    dashes = {2: (0, (6, 3)), 3: (0, (2, 3))}
    handles = [
        Line2D([], [], color=series_colour(mark.slot, mark.colour), linestyle=dashes.get(mark.dash, "-"))
        for mark in data.marks[:MOST_NAMES]
    ]
    names = [mark.label for mark in data.marks[:MOST_NAMES]]
    if len(data.marks) > MOST_NAMES:
        handles.append(Line2D([], [], linestyle="none"))
        names.append(f"{len(data.marks) - MOST_NAMES} more")
    figure.legend(handles, names, loc="outside lower left", ncols=4, fontsize=7, frameon=False, handlelength=1.6)


def _notes(axes: Any, data: PanelData) -> None:
    """Say below the axis what a reader must know, after the axis' own name."""
    sentences = " ".join(note.sentence for note in data.notes[:3])
    named = [part for part in (axes.get_xlabel(), sentences) if part]
    axes.set_xlabel("\n".join(named), fontsize=6.5, color=tokens()["ink-3"], loc="left")


def _refusal(data: PanelData) -> str:
    if data.kind in {"error", "unknown"} and data.notes:
        return data.notes[0].sentence
    return f"A panel of the kind “{data.kind}” is no drawing. Take it away as CSV."


def _nameless(form: str) -> dict[str, Any]:
    return {"svg": {"Date": None, "Creator": "Carnet"}, "pdf": {"CreationDate": None, "Creator": "Carnet"}}.get(
        form, {}
    )


def _style() -> Any:
    colours = tokens()
    return {
        "font.size": 8,
        "text.parse_math": False,  # a dollar sign in a name begins no formula
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
        "ytick.major.size": 0,
        "lines.linewidth": 1.0,
        "legend.fontsize": 7,
    }
