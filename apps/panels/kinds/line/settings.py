"""What a line panel asks for: its config, ours under `x`, and the settings around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.core.errors import InvalidInput
from apps.panels.groups import checked_colour
from apps.panels.keys import Key
from apps.panels.kinds.config import Config, number_of
from apps.panels.kinds.line.expressions import Expression, parse_expression
from apps.panels.kinds.line.smoothing import METHODS
from apps.panels.kinds.line.statistics import AGGREGATES, AREAS
from apps.panels.legends import Legend, parse_legend
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Line, Note
from apps.runs.filters.patterns import check_pattern

DEFAULT_RUNS = 10
MOST_DRAWN = 1_000
MOST_KEYS = 60
MOST_EXPRESSIONS = 10
MOST_WIDTH = 20.0
DEFAULT_CUT, MOST_CUT = 1.0, 40.0  # per cent that count as outliers at each end
STRONGEST = 10_000.0
PLOTS = ("line", "stacked-area", "pct-area")
STROKES = ("solid", "dashed", "dotted", "dotdash", "dotdotdash", "points")
TOOLTIPS = ("default", "single", "all_runs")
LEGENDS = ("", "north", "south", "east", "west")
RULE_VALUES = ("best", "last", "min", "max")


@dataclass(frozen=True)
class Rule:
    """Which runs are drawn: the first `count` by a metric. `is_rising` None: as the metric's goal says."""

    key: str
    value: str
    is_rising: bool | None
    count: int


@dataclass(frozen=True)
class Overrides:
    """What a person chose for single lines, by `run:metric`."""

    titles: Mapping[str, Any] = field(default_factory=dict)
    colours: Mapping[str, Any] = field(default_factory=dict)
    widths: Mapping[str, Any] = field(default_factory=dict)
    strokes: Mapping[str, Any] = field(default_factory=dict)

    def dress(self, line: Line, names: Sequence[str]) -> Line:
        """Return the line as chosen, by the first of its names under which something is."""
        if not (self.titles or self.colours or self.widths or self.strokes):
            return line
        width, stroke = number_of(_first(self.widths, names)), _first(self.strokes, names)
        return replace(
            line,
            label=str(_first(self.titles, names) or ""),
            colour=checked_colour(_first(self.colours, names)),
            width=width if width is not None and 0 < width <= MOST_WIDTH else None,
            stroke=stroke if stroke in STROKES else "",
        )


@dataclass(frozen=True)
class LineSettings:
    """Every setting, read and checked. None of a number: as the data say."""

    keys: tuple[str, ...]
    pattern: str
    title: str
    unit: str
    x: str
    x_expression: Expression | None
    expressions: tuple[Expression, ...]
    x_low: float | None
    x_high: float | None
    y_low: float | None
    y_high: float | None
    is_x_log: bool
    is_y_log: bool
    x_title: str
    y_title: str
    limit: int
    rule: Rule | None
    grouping: tuple[Key, ...] | None  # None: as each run set groups
    aggregate: str
    area: str
    waits_for_all: bool  # cells where a run of the group is missing are left out
    method: str
    weight: float
    shows_original: bool
    cut: float  # per cent at each end that the y axis leaves out
    plot: str
    legend: Legend | None
    legend_place: str
    is_listed: bool  # the run list beside the panel is its legend
    tooltip: str
    overrides: Overrides
    notes: tuple[Note, ...]  # what this version does not know


def read_settings(panel: PanelSpec, scene: Scene) -> LineSettings:
    """Read a line panel. Values that this version does not know are told in `notes`, and the default is drawn.

    Raises InvalidInput for patterns, expressions and legends that cannot be read.
    """
    read = _Reader(panel, scene)
    method, weight = read.smoothing()
    legend_place = read.one_of("legendPosition", LEGENDS, "")
    return LineSettings(
        keys=tuple(dict.fromkeys(str(key) for key in read.items("metrics"))),
        pattern=read.pattern(),
        title=read.text("chartTitle"),
        unit=str(panel.extras.get("unit") or ""),
        x=read.text("xAxis") or "_step",
        x_expression=read.expression("xExpression"),
        expressions=read.expressions(),
        x_low=read.number("xAxisMin"),
        x_high=read.number("xAxisMax"),
        y_low=read.number("yAxisMin"),
        y_high=read.number("yAxisMax"),
        is_x_log=bool(read.value("xLogScale")),
        is_y_log=bool(read.value("yLogScale")),
        x_title=read.text("xAxisTitle"),
        y_title=read.text("yAxisTitle"),
        limit=read.limit(),
        rule=read.rule(),
        grouping=read.grouping(),
        aggregate=read.one_of("groupAgg", AGGREGATES, "mean"),
        area=read.one_of("groupArea", AREAS, "minmax"),
        waits_for_all=panel.extras.get("missing") == "all",
        method=method,
        weight=weight,
        shows_original=read.value("showOriginalAfterSmoothing") is not False,
        cut=read.cut(),
        plot=read.one_of("plotType", PLOTS, "line"),
        legend=parse_legend(read.value("legendTemplate")),
        legend_place=legend_place,
        is_listed=scene.settings.get("suppressLegends") is True and not read.text("groupBy"),
        tooltip=read.one_of("tooltipNumberOfRuns", TOOLTIPS, "default"),
        overrides=Overrides(
            read.mapping("overrideSeriesTitles"),
            read.mapping("overrideColors"),
            read.mapping("overrideLineWidths"),
            read.mapping("overrideMarks"),
        ),
        notes=tuple(read.notes),
    )


class _Reader(Config):
    def text(self, name: str) -> str:
        """Here a text, too, may stand around the panel."""
        found = self.value(name)
        return found if isinstance(found, str) else ""

    def mapping(self, name: str) -> Mapping[str, Any]:
        found = self.panel.config.get(name)
        return found if isinstance(found, Mapping) else {}

    def one_of(self, name: str, known: Sequence[str], default: str) -> str:
        found = self.value(name)
        if found is None or found in known:
            return found or default
        self.tell(name, found, default)
        return default

    def pattern(self) -> str:
        found = self.panel.config.get("metricRegex")
        if not self.panel.config.get("useMetricRegex") or not isinstance(found, str) or not found:
            return ""
        return check_pattern(found)

    def expression(self, name: str) -> Expression | None:
        found = self.text(name).strip()
        return parse_expression(found) if found else None

    def expressions(self) -> tuple[Expression, ...]:
        texts = [text.strip() for text in self.items("expressions") if isinstance(text, str) and text.strip()]
        if len(texts) > MOST_EXPRESSIONS:
            raise InvalidInput(f"A panel has at most {MOST_EXPRESSIONS} expressions.", code="too_many_expressions")
        return tuple(map(parse_expression, texts))

    def limit(self) -> int:
        return _count(self.panel.config.get("limit")) or _count(self.scene.settings.get("maxRuns")) or DEFAULT_RUNS

    def rule(self) -> Rule | None:
        raw = self.panel.extras.get("rule")
        if not isinstance(raw, Mapping) or not isinstance(raw.get("key"), str) or not raw["key"]:
            return None
        value, order = raw.get("value") or "best", raw.get("order")
        if value not in RULE_VALUES:
            self.tell("x.rule.value", value, "best")
            value = "best"
        is_rising = None if not isinstance(order, str) else order.startswith("asc")
        return Rule(raw["key"], value, is_rising, _count(raw.get("count")) or self.limit())

    def smoothing(self) -> tuple[str, float]:
        """A fractional weight around the panel stands beside the whole number that the client knows."""
        around = self.scene.settings
        extras = around.get("x")
        told = (
            self.panel.config.get("smoothingWeight"),
            extras.get("smoothingWeight") if isinstance(extras, Mapping) else None,
            around.get("smoothingWeight"),
        )
        weight = next((found for each in told if (found := number_of(each)) is not None), 0.0)
        return self.one_of("smoothingType", METHODS, METHODS[0]), min(max(weight, 0.0), STRONGEST)

    def cut(self) -> float:
        if not self.value("ignoreOutliers"):
            return 0.0
        percent = number_of(self.panel.extras.get("outliers"))
        return min(percent, MOST_CUT) if percent is not None and percent > 0 else DEFAULT_CUT


def _first(chosen: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((chosen[name] for name in names if chosen.get(name) is not None), None)


def _count(value: Any) -> int | None:
    number = number_of(value)
    return None if number is None or number < 1 else min(int(number), MOST_DRAWN)
