"""Figures show what was resolved, at its place, and nothing overlaps or is cut."""

import re
from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from apps.core.errors import InvalidInput
from apps.panels.figures import Size, draw
from apps.panels.figures.axes import reach_of
from apps.panels.figures.colours import ramp_colour, series_colour, tokens
from apps.panels.figures.drawing import DRAWERS, NO_DRAWINGS, figure_of, style
from apps.panels.figures.heat import cells_of, levels_of
from apps.panels.figures.numbers import significant
from apps.panels.figures.points import paints_of
from apps.panels.figures.tables import WRITERS
from apps.panels.figures.texts import fitted, plain, told_apart, width, wrapped
from apps.panels.figures.ticks import duration_ticks, linear_ticks, log_ticks, tick_text, tick_texts, ticks_of
from apps.panels.kinds import KINDS
from apps.panels.kinds.bar import Bar
from apps.panels.kinds.config import Stop
from apps.panels.kinds.scalar import Scalar
from apps.panels.kinds.scatter import Track
from apps.panels.kinds.statistics import Fit
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Axis, Line, Mark, Note, PanelData
from tests.architecture.sources import ROOT
from tests.build import build_world, principal
from tests.panels.drawn import BOX, EVERY, GROUP, bars, coordinates, floats, heat, lines, points, scalars

STARTS = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}


@pytest.fixture(autouse=True)
def _styled():
    with mpl.rc_context(style()):
        yield


def drawn(data):
    """Draw on bare axes; return them and the legend."""
    axes = Figure().subplots()
    return axes, DRAWERS[data.kind].draw(axes, data)


def texts_of(data):
    return [text.get_text() for text in figure_of(data, Size()).findobj(match=lambda each: hasattr(each, "get_text"))]


def at(artist):
    return [np.asarray(artist.get_xdata()).tolist(), np.asarray(artist.get_ydata()).tolist()]


@pytest.mark.parametrize("form", STARTS)
@pytest.mark.parametrize("kind", DRAWERS)
def test_every_drawn_kind_comes_in_every_form(kind, form):
    assert draw(EVERY[kind], form).startswith(STARTS[form])


@pytest.mark.parametrize("kind", sorted(NO_DRAWINGS))
def test_what_is_no_drawing_points_to_csv(kind):
    with pytest.raises(InvalidInput, match=r"is no drawing\. Take it away as CSV"):
        draw(EVERY[kind], "svg")


def test_no_kind_is_forgotten(db):
    """Each kind of panel has a drawer or a stated refusal, and a CSV."""
    world = build_world()
    scene = Scene(viewer=principal(world.carol), project=world.project, run_sets=())
    kinds = {resolve(PanelSpec("", name, {}), scene).kind for name, resolve in KINDS.items()}
    assert kinds == set(DRAWERS) | NO_DRAWINGS == set(WRITERS)
    assert not set(DRAWERS) & NO_DRAWINGS


def test_pages_offer_figures_of_the_kinds_that_are_drawn():
    text = (ROOT / "frontend" / "panels" / "exports.ts").read_text(encoding="utf-8")
    offered = re.search(r"DRAWN.*new Set\(\[(.*?)\]\)", text)
    assert offered
    assert set(re.findall(r'"(\w+)"', offered[1])) == set(DRAWERS)


@pytest.mark.parametrize("kind", DRAWERS)
def test_a_panel_without_values_says_so(kind):
    data = PanelData(kind, "loss", notes=(Note("missing_key", "None of the 4 runs logs loss."),))
    said = texts_of(data)
    assert {"loss", "Nothing to draw.", "None of the 4 runs logs loss."} <= set(said)


# Lines


def test_a_line_keeps_its_own_look_and_name():
    own = Line(0, "loss", floats(0, 1), floats(1, 2), label="mine", colour="#ff0000", width=4, stroke="dotted")
    axes, legend = drawn(lines(own, Line(1, "loss", floats(0, 1), floats(2, 3))))
    red = next(line for line in axes.lines if line.get_color() == "#ff0000")
    assert (red.get_linewidth(), red.get_linestyle()) == (3, ":") or red.is_dashed()
    assert [entry.name for entry in legend] == ["mine", "=b"]
    assert [entry.colour for entry in legend] == ["#ff0000", series_colour(2)]


def test_runs_behind_a_group_are_weaker_and_not_named():
    behind = Line(0, "loss", floats(0, 1), floats(1, 2), is_behind=True, run="a")
    band = Line(0, "loss", floats(0, 1), floats(1, 2), floats(0, 1), floats(2, 3), is_band=True)
    axes, legend = drawn(lines(behind, band, marks=(GROUP,)))
    assert sorted(line.get_alpha() for line in axes.lines) == [0.28, 1]
    assert [entry.name for entry in legend] == ["t: 1"]


@pytest.mark.parametrize(("low", "high"), [(1e-6, 10), (0.5, 0.8), (1, 1), (1e-300, 1e300)])
def test_labels_of_logarithmic_axes_are_plain_numbers(low, high):
    log = Axis("", "", is_log=True)
    data = lines(
        Line(0, "loss", floats(1, 2, 3000), floats(low, (low * high) ** 0.5, high)),
        x=Axis("x", "x", is_log=True),
        y=log,
    )
    axes = figure_of(data, Size()).axes[0]
    labels = [label.get_text() for which in (axes.xaxis, axes.yaxis) for label in which.get_ticklabels(which="both")]
    assert labels
    assert not [label for label in labels if "$" in label or "mathdefault" in label]
    assert b"mathdefault" not in draw(data, "svg")


def test_times_tick_at_whole_units():
    assert tick_texts("duration", duration_ticks(0, 5000, 5)) == ["0 s", "30 m", "1 h"]
    assert tick_texts("duration", duration_ticks(0, 300, 5)) == ["0 s", "2 m", "4 m"]
    assert tick_texts("duration", duration_ticks(0, 3 * 86_400, 4)) == ["0 s", "1 d", "2 d", "3 d"]
    midnight = 1_789_948_800  # 21 September 2026
    ticks = ticks_of("time", midnight, midnight + 3600, 5)
    assert tick_texts("time", ticks) == ["00:00", "00:15", "00:30", "00:45", "01:00"]


def test_ticks_are_round_and_read_as_in_pages():
    assert linear_ticks(0, 1, 5) == [0, 0.25, 0.5, 0.75, 1]
    assert log_ticks(1, 1000, 4) == [1, 10, 100, 1000]
    assert log_ticks(0.9, 30, 5) == [1, 3, 10, 30]
    assert ticks_of("step", 5, 6, 5) == [5, 6]
    assert [tick_text(value, value) for value in (1e-5, 0.5, 30_000, 1.2e6, -2)] == ["1e-5", "0.5", "30k", "1.2M", "−2"]


@pytest.mark.parametrize("axis", [Axis("", ""), Axis("", "", is_log=True), Axis("", "", low=2.0, high=1.0)])
@pytest.mark.parametrize("values", [(), (np.nan, np.inf), (0, 0), (-1e300, 1e300), (5e-324, 5e-324)])
def test_an_axis_reaches_from_low_to_high_whatever_the_values(axis, values):
    for is_airy in (True, False):
        low, high = reach_of(axis, [floats(*values)], is_airy=is_airy)
        assert low < high


def test_areas_are_stacked():
    axes, _ = drawn(lines(*(Line(i, "k", floats(0, 1), floats(1, 3)) for i in (0, 1)), plot="pct-area"))
    assert axes.get_ylim() == (0, 100)
    assert [path.get_paths()[0].vertices[:, 1].max() for path in axes.collections] == [50, 100]


# Bars


def widths(axes):
    return [(bar.get_x(), bar.get_width()) for bar in axes.patches]


def test_bars_reach_from_zero_to_their_values():
    axes, _ = drawn(bars(Bar(0, "loss", 4.0), Bar(1, "loss", -2.0)))
    assert widths(axes) == [(0, 4), (-2, 2)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "=b"]
    assert [text.get_text() for text in axes.texts] == ["4", "−2"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first on top


def test_bars_stand_upright():
    axes, _ = drawn(bars(Bar(0, "loss", 4.0), is_vertical=True))
    assert [(bar.get_y(), bar.get_height()) for bar in axes.patches] == [(0, 4)]
    assert axes.get_ylim()[0] == 0


def test_whiskers_and_dots_stand_at_their_values():
    bar = Bar(0, "loss", 7.0, low=6.0, high=8.0, spread=1.0, count=2)
    axes, _ = drawn(bars(bar, plot="dots", area="stddev", marks=(GROUP,)))
    assert [at(line) for line in axes.lines] == [[[6, 8], [0, 0]], [[7], [0]]]
    assert [text.get_text() for text in axes.texts] == ["7 ± 1"]


@pytest.mark.parametrize("plot", ["boxplot", "violin"])
def test_boxes_and_violins_show_five_numbers(plot):
    density = {"density_at": floats(0, 3, 6), "density": floats(0, 2, 0)} if plot == "violin" else {}
    axes, _ = drawn(bars(Bar(0, "loss", 3.0, box=BOX, **density), plot=plot, marks=(GROUP,)))
    along = [at(line)[0] for line in axes.lines]
    assert [1, 5] in along  # whiskers
    if plot == "boxplot":
        assert widths(axes) == [(2, 2), (3, 0)]
        assert [9] in along
    else:
        assert [2, 4] in along
        assert [3] in along
        assert axes.collections[0].get_paths()[0].vertices[:, 1].max() == pytest.approx(0.46)


def test_thirty_bars_make_a_sheet_higher_and_every_name_is_another():
    marks = tuple(
        Mark(f"run:{n}", f"resnet50-warmup-cosine-and-a-long-tail-of-words-{n:02}-then-more", 1) for n in range(30)
    )
    data = bars(*(Bar(n, "loss", 1.0 + n) for n in range(30)), marks=marks)
    figure = figure_of(data, Size())
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(set(names)) == 30
    assert figure.get_size_inches()[1] * 72 > 30 * 12
    low = figure_of(data, Size(height=40))
    assert low.get_size_inches()[1] * 25.4 == pytest.approx(40)
    assert low.axes[0].get_yticklabels()[0].get_fontsize() < 7


# Dots


def test_dots_stand_at_their_values():
    axes, legend = drawn(points())
    assert axes.collections[0].get_offsets().tolist() == [[1, 0.5], [10, 0.25], [100, 0.75]]
    assert [(entry.name, entry.colour) for entry in legend] == [
        (name, series_colour(n)) for n, name in ((1, "a"), (2, "b"), (3, "c"))
    ]


def test_dots_are_coloured_by_group_or_by_a_third_value():
    assert paints_of(points(groups=(0, 0, -1), marks=(GROUP,))) == [
        series_colour(3),
        series_colour(3),
        series_colour(3),
    ]
    stops = (Stop(0.0, "#000000"), Stop(1.0, "#ff0000"))
    assert paints_of(points(z=floats(0, 1, np.nan), gradient=stops)) == ["#000000", "#ff0000", tokens()["ink-off"]]
    _, (ramp,) = drawn(points(z=floats(16, 64, 32)))
    assert (ramp.name, ramp.low, ramp.high) == ("depth", "16", "64")


def test_runs_are_named_where_their_colours_tell_them_apart():
    few = points()
    body = replace(few.body, **{name: getattr(few.body, name) * 20 for name in ("runs", "addresses")})
    columns = {name: np.tile(getattr(few.body, name), 20) for name in ("xs", "ys", "slots", "groups")}
    many = replace(few, body=replace(body, labels=tuple(map(str, range(60))), **columns))
    assert drawn(many)[1] == []


def test_tracks_and_the_fit_are_lines():
    track = Track("min", floats(1, 10), floats(0.5, 0.25))
    axes, legend = drawn(points(tracks=(track,), fit=Fit(slope=2.0, intercept=1.0, r2=0.5, count=3), is_log=True))
    lowest, fit = axes.lines
    assert at(lowest) == [[1, 10], [0.5, 0.25]]
    low, high = axes.get_xlim()
    assert at(fit)[1] == pytest.approx([1 + 2 * np.log10(low), 1 + 2 * np.log10(high)])
    assert [entry.name for entry in legend][-2:] == ["lowest so far", "linear fit, r² 0.50"]


# Heat maps


def test_heat_is_the_root_of_the_mean_count():
    """Means are 4, 0, 1 and 0, 49, 49: of 7 steps, 7 · √(4/49) = 2 and 7 · √(1/49) = 1."""
    assert levels_of(heat().body).tolist() == [[2, 0, 1], [0, 7, 7]]


def test_cells_lie_from_step_to_step_and_bin_to_bin():
    """The last column is as wide as columns are on the way there: (20 - 0) / 2."""
    assert list(cells_of(heat().body)) == [(0, 10, 0, 1, 2), (0, 10, 2, 3, 1), (10, 30, 1, 3, 7)]
    axes, _ = drawn(heat())
    (cells,) = axes.collections
    corners = [path.vertices[:4].tolist() for path in cells.get_paths()]
    assert corners[2] == [[10, 1], [30, 1], [30, 3], [10, 3]]
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 30), (0, 3))


# Parallel coordinates


def test_curves_pass_their_values_and_break_where_one_is_missing():
    axes, (ramp,) = drawn(coordinates())
    paths = axes.collections[0].get_paths()
    assert [vertex.tolist() for vertex in paths[0].vertices[::3]] == [[0, 0], [1, 0], [2, 0], [3, 0]]
    assert np.round(paths[1].vertices[::3], 9).tolist() == [[0, 0.5], [1, 1], [2, 1], [3, 0.5]]
    third = paths[2]  # no time: the curve ends at the second axis, and begins anew at the last
    assert [v.tolist() for v, c in zip(third.vertices, third.codes, strict=True) if c == 1] == [[0, 1], [3, 1]]
    assert (ramp.name, ramp.low, ramp.high) == ("acc", "1", "3")


def test_an_axis_is_turned_over():
    axes, _ = drawn(coordinates(is_inverted=True))
    assert axes.collections[0].get_paths()[0].vertices[-1].tolist() == [3, 1]


def test_axes_say_names_and_values():
    said = texts_of(coordinates())
    assert {"lr", "opt", "made", "acc", "adam", "-sgd", "0.1", "10"} <= set(said)


# Numbers


def test_a_number_is_written_with_its_unit_and_whose_it_is():
    assert {"82.661", " %", "a"} <= set(texts_of(scalars(Scalar(0, "acc", 82.66125), unit="%")))


def test_numbers_share_their_decimals_and_tell_their_spread():
    first, second = Scalar(None, "acc", 81.513, spread=0.774, count=12), Scalar(1, "acc", 80.0, low=78.0, high=84.0)
    said = texts_of(scalars(first, second))
    assert {"81.51", " ± 0.77", "12 runs", "80.00", "=b", "78 to 84"} <= set(said)
    assert significant(198.81, 14.2) == 199


def test_every_number_has_a_cell_of_its_own():
    axes, _ = drawn(scalars(*(Scalar(0, "acc", float(n)) for n in range(5))))
    assert len({text.xy for text in axes.texts if text.get_text() in "01234"}) == 5


# The sheet


def test_names_in_figures_are_no_markup():
    name = "a $x^2$ <b>&amp;</b> \x00\x01 模型"
    data = lines(Line(0, name, floats(0, 1), floats(0, 1)), y=Axis("", name), marks=(Mark("run:1", name, 1),))
    svg = draw(PanelData("line", name, (name,), data.marks, data.body, (Note("x", name),)), "svg").decode()
    assert "$x^2$ &lt;b&gt;&amp;amp;" in svg
    assert "<b>" not in svg
    assert "\x01" not in svg
    assert plain("a\nb\x00") == "a b"


@pytest.mark.filterwarnings("ignore:constrained_layout not applied")
def test_long_texts_are_wrapped_and_stay_on_the_sheet():
    long = "a sentence that goes on for longer than a line of a paper has room, " * 12
    marks = tuple(Mark(f"run:{n}", f"{n} {long}", 1) for n in range(40))
    data = lines(*(Line(n, "loss", floats(0, 1), floats(0, n)) for n in range(40)), marks=marks)
    data = PanelData("line", long, (long,), marks, data.body, (Note("x", long),))
    for size in (Size(), Size(60, 40), Size(20, 20)):
        figure = figure_of(data, size)
        figure.draw_without_rendering()
        sheet = figure.bbox
        for text in figure.texts:
            box = text.get_window_extent()
            assert box.x0 >= sheet.x0 - 1
            assert box.x1 <= sheet.x1 + 1


def test_nothing_above_or_below_lies_on_the_axes():
    marks = tuple(Mark(f"run:{n}", f"brisk-heron-{n}", n % 12 + 1) for n in range(30))
    data = lines(*(Line(n, "loss", floats(0, 1), floats(0, n)) for n in range(30)), marks=marks)
    data = PanelData("line", "loss", ("log", "smoothed " * 30), marks, data.body, (Note("x", "30 of 148 runs drawn."),))
    figure = figure_of(data, Size())
    figure.draw_without_rendering()
    whole = figure.axes[0].get_tightbbox()
    boxes = [text.get_window_extent() for text in figure.texts]
    assert not [box for box in boxes if box.y0 < whole.y1 - 1 and box.y1 > whole.y0 + 1]


def overlapping(figure):
    """Return the pairs of level texts that lie on one another."""
    figure.draw_without_rendering()
    texts = [each for each in figure.findobj(Text) if each.get_visible() and each.get_text().strip()]
    boxes = [(each.get_text(), each.get_window_extent()) for each in texts if not each.get_rotation() % 90]
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1.5
    ]


@pytest.mark.parametrize("size", [Size(), Size(85, 60)])
@pytest.mark.parametrize("kind", DRAWERS)
def test_no_text_lies_on_another(kind, size):
    assert overlapping(figure_of(EVERY[kind], size)) == []


def test_wide_data_leave_room_between_texts():
    long = "resnet50-imagenet-warmup-cosine-lr-3e-4-batch-4096-seed-{} after the outage"
    marks = tuple(Mark(f"run:{n}", long.format(n), n % 12 + 1, n // 12 + 1) for n in range(30))
    many = bars(*(Bar(n, "loss", 1.0 + n, spread=0.5) for n in range(30)), marks=marks)
    numbers = scalars(*(Scalar(n, "acc", 80.0 + n, spread=0.5, count=5) for n in range(24)), marks=marks, unit="%")
    assert overlapping(figure_of(many, Size())) == []
    assert overlapping(figure_of(many, Size(height=60))) == []
    assert overlapping(figure_of(numbers, Size())) == []
    assert overlapping(figure_of(numbers, Size(80, 60))) == []


def test_a_legend_counts_what_it_does_not_name_and_a_note_is_said_once():
    marks = tuple(Mark(f"run:{n}", f"run-number-{n}", 1) for n in range(200))
    data = lines(*(Line(n, "loss", floats(0, 1), floats(0, n)) for n in range(200)), marks=marks)
    said = texts_of(PanelData("line", "loss", (), marks, data.body, (Note("x", "Once."), Note("x", "Once."))))
    named = [text for text in said if text.startswith("run-number-")]
    assert f"{200 - len(named)} more" in said
    assert said.count("Once.") == 1


def test_texts_fit_the_room_there_is():
    assert fitted("short", 200, 7) == "short"
    cut = fitted("a long name of a run", 30, 7)
    assert cut.endswith("…")
    assert width(cut, 7) <= 30
    assert [width(line, 7) <= 50 for line in wrapped("one two three four", 50, 7, most=9)] == [True] * 2
    assert wrapped("one two three four", 50, 7, most=1)[0].endswith("…")
    assert all(width(line, 7) <= 20 for line in wrapped("x" * 40, 20, 7, most=20))
    assert wrapped("text", 50, 7, most=0) == []
    names = [f"the-same-beginning-of-all-{n}" for n in range(3)]
    assert len(set(told_apart(names, 60, 7))) == 3
    assert told_apart(["a", "b"], 60, 7) == ["a", "b"]


def test_colours_are_those_of_pages():
    assert ramp_colour(0.0) == tokens()["seq-1"]
    assert ramp_colour(1.0) == tokens()["seq-7"]
    assert ramp_colour(0.5, (Stop(0.0, "#000000"), Stop(1.0, "#0000ff"))) == "#000080"
    assert series_colour(13) == series_colour(1)


@pytest.mark.parametrize("kind", DRAWERS)
def test_a_sheet_as_small_as_a_stamp_is_drawn(kind):
    assert draw(EVERY[kind], "png", Size(20, 20)).startswith(b"\x89PNG")
