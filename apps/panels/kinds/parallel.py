"""Parallel coordinates: an axis for each of some values, a line for each run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.core.errors import InvalidInput
from apps.core.formats import count
from apps.panels.kinds.config import Config, Stop
from apps.panels.kinds.parts import is_active, missing_notes
from apps.panels.kinds.values import VALUES, Values, value_key, values_of
from apps.panels.marks import address_of_run, slot_of
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Array, Axis, Note, PanelData

MOST_LINES = 1_000
MOST_AXES = 20


@dataclass(frozen=True, slots=True)
class Dimension:
    """An axis and the value of each run on it, NaN where missing. Of a category the numbers count `names`. `key` is
    (section, name) in the language of filters, None where that has no word for it; `column` what the panel stores."""

    axis: Axis
    values: Array
    names: tuple[str, ...]
    is_inverted: bool
    key: tuple[str, str] | None
    column: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Coordinates:
    dimensions: tuple[Dimension, ...]
    slots: Array
    runs: tuple[str, ...]
    labels: tuple[str, ...]
    addresses: tuple[str, ...]
    gradient: tuple[Stop, ...]


def parallel_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve parallel coordinates of all runs that are shown and have two or more of the values."""
    config = Config(panel, scene)
    fact = config.own_of("value", VALUES, "summary")
    given = [each for each in config.items("columns") if isinstance(each, dict) and each.get("accessor")]
    if len(given) > MOST_AXES:
        raise InvalidInput(f"Parallel coordinates have at most {MOST_AXES} axes.", code="too_many_keys")
    title = config.text("chartTitle") or "Parallel coordinates"
    if len(given) < 2:
        return PanelData("parallel", title, notes=(Note("no_axes", "Choose two or more columns."),))
    runs = [run for part in scene.resolved for run in scene.runs(part)]
    keys = [value_key(each["accessor"], fact) for each in given]
    columns = values_of(runs, keys)
    is_known = np.array([_is_drawable(columns[key], each) for key, each in zip(keys, given, strict=True)])
    several = np.flatnonzero(is_known.sum(axis=0) > 1)
    drawn = several[:MOST_LINES]
    shown = [runs[place] for place in drawn]
    notes = missing_notes({key.label: int((~columns[key].is_known).sum()) for key in keys}, len(runs)) if runs else []
    if len(several) > len(drawn):
        sentence = (
            f"The first {count(len(drawn))} of {count(len(several))} runs are drawn, in the order of the run set."
        )
        notes.append(Note("limited", sentence, run_count=len(several)))
    return PanelData(
        kind="parallel",
        title=title,
        treatment=("parallel coordinates", f"{count(len(drawn))} runs"),
        body=Coordinates(
            tuple(_dimension(each, columns[key], drawn) for key, each in zip(keys, given, strict=True)),
            slots=np.array([slot_of(run)[0] for run in shown], np.float64),
            runs=tuple(run.uid for run in shown),
            labels=tuple(run.display_name for run in shown),
            addresses=tuple(map(address_of_run, shown)),
            gradient=config.gradient(),
        ),
        notes=(*config.notes, *notes),
        run_count=scene.run_count,
        drawn_count=len(drawn) or len(runs),
        is_active=is_active(shown),
    )


def _is_log(given: Mapping[str, Any], column: Values) -> bool:
    return bool(given.get("log")) and column.kind in ("number", "duration")


def _is_drawable(column: Values, given: Mapping[str, Any]) -> Array:
    return column.is_known & (column.numbers > 0) if _is_log(given, column) else column.is_known


def _dimension(given: Mapping[str, Any], column: Values, drawn: Array) -> Dimension:
    is_log = _is_log(given, column)
    values = column.numbers[drawn]
    key = column.key.key
    return Dimension(
        axis=Axis(column.key.text, str(given.get("displayName") or column.key.label), column.kind, is_log=is_log),
        values=np.where(values > 0, values, np.nan) if is_log else values,
        names=column.names,
        is_inverted=bool(given.get("inverted")),
        key=(key.section, key.name) if column.key.fact in ("", "last") else None,
        column=dict(given),
    )
