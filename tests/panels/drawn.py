"""A resolved panel of every kind, made by hand, so that what is drawn and written of it can be counted."""

import numpy as np

from apps.panels.kinds.bar import Bar, Bars
from apps.panels.kinds.code import CodeDiff, CodeLine
from apps.panels.kinds.comparer import Compared, ComparedRow
from apps.panels.kinds.histogram import HistogramColumns
from apps.panels.kinds.markdown import Prose
from apps.panels.kinds.media import MediaItem, MediaRow, MediaRows
from apps.panels.kinds.parallel import Coordinates, Dimension
from apps.panels.kinds.scalar import Scalar, Scalars
from apps.panels.kinds.scatter import Points, Track
from apps.panels.kinds.statistics import Box, Fit
from apps.panels.kinds.table import TableWindow
from apps.panels.terms import Axis, Line, Lines, Mark, PanelData

STEP, PLAIN = Axis("_step", "Step", "step"), Axis("", "")
A, B = Mark("run:1", "a", 1, run="1"), Mark("run:2", "=b", 2, run="2")
GROUP = Mark('group:1:["1"]', "t: 1", 3, run_count=2)
BOX = Box(low=1.0, lower=2.0, median=3.0, upper=4.0, high=5.0, outliers=np.array([9.0]), outlier_count=1)


def floats(*values):
    return np.array(values, np.float64)


def lines(*several, x=STEP, y=PLAIN, marks=(A, B), **more):
    return PanelData("line", "loss", marks=marks, body=Lines(x, y, several, **more))


def bars(*several, plot="bar", area="none", is_vertical=False, marks=(A, B)):
    body = Bars(Axis("loss", "loss"), several, plot, area, is_vertical, has_keys=False)
    return PanelData("bar", "loss", marks=marks, body=body)


def points(*, z=None, gradient=(), tracks=(), fit=None, groups=(-1, -1, -1), marks=(), is_log=False):
    body = Points(
        x=Axis("lr", "lr", is_log=is_log),
        y=Axis("acc", "acc"),
        z=Axis("depth", "depth") if z is not None else None,
        xs=floats(1, 10, 100),
        ys=floats(0.5, 0.25, 0.75),
        zs=z,
        slots=floats(1, 2, 3),
        groups=floats(*groups),
        x_names=(),
        y_names=(),
        z_names=(),
        runs=("1", "2", "3"),
        labels=("a", "b", "c"),
        addresses=("", "", ""),
        gradient=gradient,
        tracks=tracks,
        fit=fit,
    )
    return PanelData("scatter", "acc against lr", marks=marks, body=body)


def heat():
    """Two columns of three bins; the second holds two histograms."""
    body = HistogramColumns(
        x=STEP,
        y=Axis("weights", "weights", low=0.0, high=3.0),
        steps=np.array([0, 10]),
        step_ends=np.array([0, 20]),
        merged=floats(1, 2),
        edges=floats(0, 1, 2, 3),
        counts=floats(4, 0, 1, 0, 98, 98),
        value_count=98.0,
    )
    return PanelData("histogram", "weights", marks=(A,), body=body)


def coordinates(*, is_inverted=False):
    def dimension(axis, values, names=(), *, is_inverted=False):
        return Dimension(axis, floats(*values), names, is_inverted, None, {})

    body = Coordinates(
        (
            dimension(Axis("lr", "lr", is_log=True), (0.1, 1, 10)),
            dimension(Axis("opt", "opt", "category"), (0, 1, 1), ("adam", "-sgd")),
            dimension(Axis("made", "made", "time"), (0, 86_400.5, np.nan)),
            dimension(Axis("acc", "acc"), (1, 2, 3), is_inverted=is_inverted),
        ),
        slots=floats(1, 2, 3),
        runs=("1", "2", "3"),
        labels=("a", "b", "c"),
        addresses=("", "", ""),
        gradient=(),
    )
    return PanelData("parallel", "Parallel coordinates", body=body)


def scalars(*several, unit="", marks=(A, B)):
    return PanelData("scalar", "acc", marks=marks, body=Scalars(several, unit, has_keys=False))


def table(*rows, columns=("id", "=name", "picture")):
    window = TableWindow(columns, rows, 0, len(rows), len(rows), None, False, "", 0, ())
    return PanelData("table", "predictions", marks=(A,), body=window)


PICTURE = MediaItem("image", "/signed?once", "x.png", "@caption", 28, 0, path="media/images/x.png")
EVERY = {
    "bar": bars(Bar(0, "loss", 4.0), Bar(1, "loss", 2.0)),
    "code": PanelData(
        "code",
        "Code",
        marks=(A, B),
        body=CodeDiff(
            "code/train.py",
            ("code/train.py",),
            (
                CodeLine("…", 1, 1, "", 40),
                CodeLine(" ", 41, 41, "import os"),
                CodeLine("-", 42, None, "-x"),
                CodeLine("+", None, 42, "lr = 1"),
            ),
            is_split=True,
            added_count=1,
            removed_count=1,
        ),
    ),
    "comparer": PanelData(
        "comparer",
        "Run comparer",
        marks=(A, B),
        body=Compared(
            (
                ComparedRow("Config", "lr", (0.1, None), differs=True),
                ComparedRow("Config", "amp", (True, "+x"), differs=True),
            ),
            2,
            is_only_differing=False,
        ),
    ),
    "histogram": heat(),
    "line": lines(
        Line(0, "loss", floats(0, 1), floats(0.1, np.nan)), Line(1, "loss", floats(0, 1), floats(-3, 1e-300))
    ),
    "markdown": PanelData("markdown", "", body=Prose("<p>=1 &lt; 2 <b>bold</b></p>", is_cut=False)),
    "media": PanelData(
        "media",
        "pictures",
        marks=(A,),
        body=MediaRows(
            np.array([5]), 5, (MediaRow(0, "pictures", 5, is_earlier=False, items=(PICTURE,), item_count=1),), 6, "grid"
        ),
    ),
    "parallel": coordinates(),
    "scalar": scalars(Scalar(0, "acc", 82.66125), unit="%"),
    "scatter": points(
        tracks=(Track("min", floats(1, 10), floats(0.5, 0.25)),), fit=Fit(slope=0.5, intercept=1.0, r2=0.25, count=3)
    ),
    "table": table((1, "=cmd()", PICTURE), (2.5, None, True)),
}
