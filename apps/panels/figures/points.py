"""A scatter plot as a figure: a dot for each run, what was lowest or highest so far, the fit."""

from typing import Any

import numpy as np

from apps.core.formats import duration, number
from apps.panels.figures.axes import Range, lay_axis, reach_of
from apps.panels.figures.colours import series_colour, shade, shades, tokens
from apps.panels.figures.legends import Entry, Legend, Ramp, colour_of
from apps.panels.figures.ticks import day_of
from apps.panels.kinds.scatter import Points
from apps.panels.terms import Array, Axis, PanelData

TRACKS = {"min": "lowest so far", "max": "highest so far", "mean": "mean so far"}
_TRACK_DASHES: dict[str, Any] = {"min": "-", "max": "-", "mean": (0, (2, 3))}
_FIT_DASH = (0, (5, 4))
FEW, MANY = 300, 2_000
MOST_NAMED = 24  # runs; the colours of more tell nobody apart


def draw_points(axes: Any, data: PanelData) -> Legend:
    body: Points = data.body
    x, y = _reach(body.x, body.xs, body.x_names), _reach(body.y, body.ys, body.y_names)
    many = len(body.xs)
    size = 3.2 if many > MANY else 4.2 if many > FEW else 5.4
    axes.scatter(
        body.xs, body.ys, s=size**2, c=paints_of(data), alpha=0.6 if many > MANY else 0.9, linewidths=0, clip_on=False
    )
    ink, legend = tokens()["ink-2"], list(_legend(data))
    for track in body.tracks:
        style = "default" if track.how == "mean" else "steps-post"
        dash = _TRACK_DASHES[track.how]
        axes.plot(track.x, track.y, drawstyle=style, linestyle=dash, color=ink, linewidth=0.9, gid=track.how)
        legend.append(Entry(TRACKS[track.how], ink, dash=dash))
    if body.fit:
        ends = np.array(x)
        fitted = body.fit.intercept + body.fit.slope * (np.log10(ends) if body.x.is_log else ends)
        axes.plot(ends, 10**fitted if body.y.is_log else fitted, linestyle=_FIT_DASH, color=ink, gid="fit")
        legend.append(Entry(f"linear fit, r² {body.fit.r2:.2f}", ink, dash=_FIT_DASH))
    axes.grid(visible=True, axis="x")
    lay_axis(axes, "x", body.x, x, names=body.x_names)
    lay_axis(axes, "y", body.y, y, names=body.y_names)
    return legend


def paints_of(data: PanelData) -> list[str]:
    """Return the colour of each dot: by its third value, its group, or as its run is coloured everywhere."""
    body: Points = data.body
    if body.z is not None and body.zs is not None:
        reach = _z_reach(body.z, body.zs)
        places = place_between(body.zs, reach, is_log=body.z.is_log)
        return [shade(float(at), body.gradient) if np.isfinite(at) else tokens()["ink-off"] for at in places]
    groups = {place: colour_of(mark) for place, mark in enumerate(data.marks)}
    pairs = zip(body.groups.astype(int), body.slots.astype(int), strict=True)
    return [groups.get(int(group)) or series_colour(int(slot)) for group, slot in pairs]


def place_between(values: Array, reach: Range, *, is_log: bool = False) -> Array:
    """Return where values stand between two others, 0…1; NaN where they have no place."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.log(reach) if is_log else np.array(reach)
        at = np.log(np.where(values > 0, values, np.nan)) if is_log else np.asarray(values, np.float64)
    return np.clip((at - low) / (high - low), 0, 1) if high > low else np.where(np.isfinite(at), 0.5, np.nan)


def written(axis: Axis, value: float, names: tuple[str, ...]) -> str:
    """Write a value of an axis as a reader calls it."""
    if not np.isfinite(value):
        return ""
    if axis.kind == "category":
        return names[int(value)] if 0 <= value < len(names) else ""
    if axis.kind == "time":
        return day_of(value)
    return duration(value) if axis.kind == "duration" else number(value)


def _reach(axis: Axis, values: Array, names: tuple[str, ...]) -> Range:
    if axis.kind == "category":
        return -0.5, max(len(names) - 0.5, 0.5)
    return reach_of(axis, [values])


def _z_reach(axis: Axis, values: Array) -> Range:
    known = values[np.isfinite(values) & ((values > 0) | (not axis.is_log))]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1.0, 1.0)
    return low if axis.low is None else axis.low, high if axis.high is None else axis.high


def _legend(data: PanelData) -> Legend:
    body: Points = data.body
    if body.z is not None and body.zs is not None:
        low, high = (written(body.z, end, body.z_names) for end in _z_reach(body.z, body.zs))
        return [Ramp(body.z.label, low, high, shades(body.gradient))]
    if data.marks:
        return [Entry(mark.label, colour_of(mark), "dot") for mark in data.marks]
    names = dict.fromkeys(zip(body.labels, paints_of(data), strict=True))
    return [Entry(name, colour, "dot") for name, colour in names] if len(names) <= MOST_NAMED else []
