"""What pages, the API, exports and notebooks read of panels."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.accounts.principal import Principal
from apps.core.errors import CarnetError, InvalidInput
from apps.panels.kinds import KINDS
from apps.panels.run_sets import MOST_RUN_SETS, parse_run_set
from apps.panels.scene import DEFAULT_POINTS, PanelSpec, Scene
from apps.panels.terms import Note, PanelData
from apps.projects.models import Project

MOST_PANELS = 30
MOST_POINTS = 4_000


def scene_of(
    viewer: Principal,
    project: Project,
    run_sets: Sequence[Any],
    *,
    settings: Mapping[str, Any] | None = None,
    points: int = DEFAULT_POINTS,
    span: tuple[float | None, float | None] = (None, None),
    colours: Mapping[str, Any] | None = None,
    is_whole: bool = False,
) -> Scene:
    """Return what panels are drawn from. The project's door was passed; those of the run sets are passed when they
    resolve. Raises InvalidInput for a run set without meaning."""
    if len(run_sets) > MOST_RUN_SETS:
        raise InvalidInput(f"At most {MOST_RUN_SETS} run sets at a time.", code="too_many_run_sets")
    return Scene(
        viewer=viewer,
        project=project,
        run_sets=tuple(parse_run_set(raw) for raw in run_sets),
        settings=dict(settings or {}),
        points=min(max(points, 2), MOST_POINTS),
        low=span[0],
        high=span[1],
        colours=dict(colours or {}),
        is_whole=is_whole,
    )


def parse_panel(raw: Any) -> PanelSpec:
    """Read a stored panel. Raises InvalidInput for what is none; unknown kinds and keys are kept."""
    if not isinstance(raw, dict) or not isinstance(raw.get("viewType"), str):
        raise InvalidInput("A panel is an object with a `viewType`.", code="bad_panel")
    config = raw.get("config") or {}
    if not isinstance(config, dict):
        raise InvalidInput("The `config` of a panel is an object.", code="bad_panel")
    extras = raw.get("x") if isinstance(raw.get("x"), dict) else {}
    return PanelSpec(str(raw.get("__id__") or ""), raw["viewType"], config, extras or {})


def panel_data(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve one panel into series and marks. Raises CarnetError for what it cannot draw.

    A kind that this version does not know resolves to a body of none and a note that says so.
    """
    resolver = KINDS.get(panel.view_type)
    if resolver is None:
        sentence = f"This version of Carnet draws no panels of the kind “{panel.view_type}”. Its settings are kept."
        return PanelData("unknown", panel.view_type, notes=(Note("unknown_kind", sentence),))
    return resolver(panel, scene)


def panels_data(panels: Sequence[Any], scene: Scene) -> list[PanelData]:
    """Resolve several panels of one scene. A broken one tells its reason and takes no neighbour along."""
    if len(panels) > MOST_PANELS:
        raise InvalidInput(f"At most {MOST_PANELS} panels at a time.", code="too_many_panels")
    return [_or_reason(raw, scene) for raw in panels]


def _or_reason(raw: Any, scene: Scene) -> PanelData:
    try:
        return panel_data(parse_panel(raw), scene)
    except CarnetError as error:
        return replace(PanelData("error", ""), notes=(Note(error.code, error.sentence),))
