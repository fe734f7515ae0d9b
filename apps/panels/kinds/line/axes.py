"""The axes of a line panel: what x counts, and how much of y is shown."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from apps.core.formats import number
from apps.panels.kinds.line.curves import SYSTEM
from apps.panels.kinds.line.settings import LineSettings
from apps.panels.terms import Axis, Floats, Line

_KNOWN = {
    "_step": Axis("_step", "Step", "step"),
    "_runtime": Axis("_runtime", "Time of the process", "duration", "s"),
    "_absolute_runtime": Axis("_absolute_runtime", "Time since the start", "duration", "s"),
    "_timestamp": Axis("_timestamp", "Wall time", "time"),
}
_PLAIN = Axis("", "")


def x_key(settings: LineSettings, keys: Sequence[str]) -> str:
    """Return what x is. System metrics know no step of training: they are drawn along the time of the process."""
    is_system = bool(keys) and all(key.startswith(SYSTEM) for key in keys)
    return "_runtime" if is_system and settings.x not in _KNOWN.keys() - {"_step"} else settings.x


def x_axis(settings: LineSettings, key: str) -> Axis:
    if settings.x_expression:
        axis = Axis(settings.x_expression.text, settings.x_expression.text)
    else:
        axis = _KNOWN.get(key) or Axis(key, key)
    return replace(
        axis,
        label=settings.x_title or axis.label,
        is_log=settings.is_x_log,
        low=settings.x_low,
        high=settings.x_high,
    )


def y_axis(settings: LineSettings, lines: Sequence[Line]) -> tuple[Axis, list[str]]:
    """Return the axis, and what is said of values that it leaves out."""
    low, high = settings.y_low, settings.y_high
    values = _drawn(lines)
    told: list[str] = []
    if settings.cut and len(values):
        least, most = np.percentile(values, [settings.cut, 100 - settings.cut])
        ends = [least > values.min() and low is None, most < values.max() and high is None]
        if least < most and any(ends):
            low, high = float(least) if ends[0] else low, float(most) if ends[1] else high
            words = " and ".join(word for word, is_cut in zip(("bottom", "top"), ends, strict=True) if is_cut)
            told.append(f"{words} {settings.cut:g} % cut")
    if settings.y_low is not None and len(values) and values.min() < settings.y_low:
        told.append(f"cut below {number(settings.y_low)}")
    if settings.y_high is not None and len(values) and values.max() > settings.y_high:
        told.append(f"cut above {number(settings.y_high)}")
    axis = replace(_PLAIN, label=settings.y_title, unit=settings.unit, is_log=settings.is_y_log, low=low, high=high)
    return axis, told


def _drawn(lines: Sequence[Line]) -> Floats:
    columns = [column for line in lines for column in (line.y, line.low, line.high) if column is not None]
    values: Floats = np.concatenate([np.asarray(column, np.float64) for column in columns] or [np.empty(0)])
    return values[np.isfinite(values)]
