"""Making an export: resolve the panel with the rights its owner has now, draw it, keep the bytes."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.blobs.terms import safe_name
from apps.core.errors import CarnetError, Forbidden
from apps.panels.figures import Size, csv_of, draw
from apps.panels.models import ExportForm, PanelExport
from apps.panels.queries import panel_data, parse_panel, scene_of
from apps.panels.terms import PanelData

MOST_MILLIMETRES, LEAST_MILLIMETRES = 500.0, 20.0
POINTS = 800


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of an export and their name, or why there are none."""

    content: bytes = b""
    filename: str = ""
    error: str = ""


def make(export: PanelExport) -> Made:
    """Return the file. What was meant to be told comes back as `error`; anything else is raised."""
    try:
        data = _resolved(export)
        size = Size(_within(export.spec.get("width_mm")) or Size().width, _within(export.spec.get("height_mm")))
        content = csv_of(data) if export.form == ExportForm.CSV else draw(data, export.form, size)
    except CarnetError as error:
        return Made(error=error.sentence)
    return Made(content, f"{_named(data)}.{export.form}")


def _resolved(export: PanelExport) -> PanelData:
    if not export.owner.is_active or (export.token is not None and not export.token.is_usable):
        raise Forbidden("Whoever asked for this export may not ask any more.")
    viewer = Principal(user=export.owner, token=export.token, client="export")
    viewer.require(P.VIEW_PROJECT, export.project)
    spec = export.spec
    scene = scene_of(
        viewer,
        export.project,
        spec.get("run_sets") or [],
        settings=spec.get("settings"),
        points=POINTS,
        span=(spec.get("low"), spec.get("high")),
        colours=spec.get("colours"),
        is_whole=True,
    )
    return panel_data(parse_panel(spec.get("panel")), scene)


def _named(data: PanelData) -> str:
    return safe_name(data.title.replace("/", "-")) or "panel"


def _within(value: Any) -> float | None:
    """Return a length that a page may have, None for none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return min(max(float(value), LEAST_MILLIMETRES), MOST_MILLIMETRES)
