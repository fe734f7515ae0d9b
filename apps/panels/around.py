"""What is around a panel where it stands: the settings of its section and workspace. Written into the panel itself,
they go with it, so that it looks the same wherever it lands.

`frontend/workspace/document.ts` (`sceneOf`) works the same out for what is on screen; both read one corpus,
tests/panels/around_cases.json.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from apps.panels.kinds.config import number_of
from apps.panels.kinds.line.settings import DEFAULT_RUNS
from apps.panels.kinds.line.smoothing import METHODS

LINE = "Run History Line Plot"
# What each kind reads around a panel that does not say it, with what is drawn where nothing around says it either. None
# cannot be said by a panel: then what is around it where it lands counts.
_GROUPED: Mapping[str, Any] = MappingProxyType({"useRunsTableGroupingInPanels": True})
_BOUNDED: Mapping[str, Any] = MappingProxyType({**_GROUPED, "xAxisMin": None, "xAxisMax": None})
READ_AROUND: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        LINE: {
            **_BOUNDED,
            "xAxis": "_step",
            "smoothingType": METHODS[0],
            "smoothingWeight": 0,
            "ignoreOutliers": False,
            "tooltipNumberOfRuns": "default",
            "limit": DEFAULT_RUNS,
        },
        "Bar Chart": _BOUNDED,
        "Scatter Plot": _BOUNDED,
        "Scalar Chart": _GROUPED,
    }
)


def settings_around(spec: Mapping[str, Any], section: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that panels of a section are drawn with, as POST …/panel-data takes them."""
    settings = dict(_bag(_bag(spec, "section"), "settings"))
    weight = number_of(_bag(spec, "x").get("smoothingWeight"))  # with its fraction, for which the client has no room
    settings["smoothingWeight"] = settings.get("smoothingWeight", 0) if weight is None else weight
    local = _bag(section, "localPanelSettings")
    if local.get("xAxisActive") and local.get("xAxis"):
        settings["xAxis"] = local["xAxis"]
    if local.get("smoothingActive"):
        own = number_of(_bag(section, "x").get("smoothingWeight"))
        settings["smoothingType"] = local.get("smoothingType", "exponential")
        settings["smoothingWeight"] = local.get("smoothingWeight", 0) if own is None else own
    return settings


def with_settings(panel: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the panel with what is around it written into its own config. What it says itself stays."""
    config = dict(_bag(panel, "config"))
    fraction = number_of(_bag(settings, "x").get("smoothingWeight"))
    told = {**settings, "limit": settings.get("maxRuns")} | ({} if fraction is None else {"smoothingWeight": fraction})
    for name, default in READ_AROUND.get(str(panel.get("viewType")), {}).items():
        value = default if told.get(name) is None else told[name]
        if config.get(name) is None and value is not None:
            config[name] = value
    return {**panel, "config": config}


def _bag(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, Mapping) else {}
