"""Saving through the official client without losing what it cannot carry.

`from_url` and `save` rewrite a whole document from a poorer model: keys the client does not know are missing in what it
sends, and some it knows come back as their defaults. So a document of the client is laid over the stored one: what
the client models is taken from it, what it does not model is kept (protocols/wandb-reports.md 9, docs/panels.md).
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from apps.panels.client_model import PANEL_CONFIGS
from apps.panels.documents import is_automatic, sections_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """Which keys of an object the client writes; which of them it resets to a default, and which it adds with one,
    that therefore say nothing; which hold objects, and which hold lists of objects known by an identity."""

    keys: frozenset[str]
    resets: Mapping[str, Any] = field(default_factory=dict)
    adds: Mapping[str, Any] = field(default_factory=dict)
    objects: Mapping[str, "Model"] = field(default_factory=dict)
    lists: Mapping[str, "Members"] = field(default_factory=dict)

    def is_added(self, key: str, value: Any) -> bool:
        return key in self.adds and self.adds[key] == value


@dataclass(frozen=True)
class Members:
    """Objects of a list: how they are known, and what the client models of each."""

    identity: Callable[[Json], Any]
    model: Callable[[Json], Model]


def merged(stored: Json, sent: Json) -> Json:
    """Return the document to store when the client sends `sent` over `stored`, its automatic panels filled in.

    An automatic panel that comes back otherwise than it was served is the person's from now on; one that does not
    come back was removed.
    """
    result = _over(stored, sent, DOCUMENT)
    _tell_fractions(stored, sent, result)
    _settle_automatic(stored, result)
    if "panelBankSectionConfig" in stored.get("section", {}):  # nothing of a workspace stands there
        result["section"]["panelBankSectionConfig"] = stored["section"]["panelBankSectionConfig"]
    return result


def _over(stored: Json, sent: Json, model: Model) -> Json:
    result = {key: value for key, value in sent.items() if key in stored or not model.is_added(key, value)}
    for key, value in stored.items():
        if (key not in sent and key not in model.keys) or (key in model.resets and sent.get(key) == model.resets[key]):
            result[key] = deepcopy(value)
    for key, inner in model.objects.items():
        if isinstance(stored.get(key), dict) and isinstance(sent.get(key), dict):
            result[key] = _over(stored[key], sent[key], inner)
    for key, members in model.lists.items():
        if isinstance(stored.get(key), list) and isinstance(sent.get(key), list):
            result[key] = _each_over(stored[key], sent[key], members)
    return result


def _each_over(stored: Sequence[Any], sent: Sequence[Any], members: Members) -> list[Any]:
    known = {members.identity(item): item for item in stored if isinstance(item, dict)}
    result = []
    for item in sent:
        before = known.get(members.identity(item)) if isinstance(item, dict) else None
        result.append(item if before is None else _over(before, item, members.model(item)))
    return result


def _tell_fractions(stored: Json, sent: Json, result: Json) -> None:
    """A fractional smoothing stands beside the whole number the client knows, as long as that was not changed."""
    for before, said, after in _settings(stored, sent, result):
        extras = after.get("x")
        if isinstance(extras, dict) and before.get("smoothingWeight") != said.get("smoothingWeight"):
            after["x"] = {key: value for key, value in extras.items() if key != "smoothingWeight"}


def _settings(*documents: Json) -> list[tuple[Json, ...]]:
    found = [tuple(each.get("section", {}).get("settings") or {} for each in documents)]
    by_name = [{_section_name(one): one for one in sections_of(each)} for each in documents]
    common = [name for name in by_name[0] if all(name in each for each in by_name)]
    return [*found, *(tuple(each[name].get("localPanelSettings") or {} for each in by_name) for name in common)]


def _settle_automatic(stored: Json, result: Json) -> None:
    served = {
        panel.get("__id__"): panel
        for section in sections_of(stored)
        for panel in _panels(section)
        if is_automatic(panel)
    }
    here: set[Any] = set()
    for section in sections_of(result):
        for panel in _panels(section):
            here.add(panel.get("__id__"))
            before = served.get(panel.get("__id__"))
            if before is not None and _drawn(before) != _drawn(panel):
                panel["isAuto"] = False
    gone = [key for name, panel in served.items() if name not in here for key in _keys(panel)]
    if gone:
        extras = result.get("x") or {}
        result["x"] = {**extras, "removed": list(dict.fromkeys([*(extras.get("removed") or []), *gone]))}


def _panels(section: Json) -> list[Json]:
    return [each for each in section.get("panels") or [] if isinstance(each, dict)]


def _drawn(panel: Json) -> tuple[Any, Any]:
    return panel.get("viewType"), panel.get("config")


def _keys(panel: Json) -> list[str]:
    config = panel.get("config") or {}
    named = [*(config.get("metrics") or []), *(config.get("mediaKeys") or []), config.get("tableKey")]
    return [key for key in named if isinstance(key, str)]


def _section_name(section: Json) -> Any:
    return section.get("__id__") or section.get("name")


def _panel_model(panel: Json) -> Model:
    """Kinds that the client does not know it hands back as they were, but for their place."""
    keys = PANEL_CONFIGS.get(str(panel.get("viewType")))
    common = frozenset({"__id__", "isAuto", "viewType", "layout", "config"})
    if keys is None:
        return Model(common, resets={"layout": {"x": 0, "y": 0, "w": 8, "h": 6}}, adds={"isAuto": False})
    return Model(common, adds={"isAuto": False}, objects={"config": Model(keys)})


_SETTINGS = Model(
    frozenset(
        "colorRunNames ignoreOutliers maxRuns pointVisualizationMethod smoothingType smoothingWeight suppressLegends "
        "tooltipNumberOfRuns useRunsTableGroupingInPanels xAxis xAxisMax xAxisMin smoothingActive xAxisActive "
        "shouldAutoGeneratePanels".split()
    )
)
_SECTION = Model(
    frozenset(
        "__id__ defaultName flowConfig isOpen isPanelsAuto localPanelSettings name panels pinned sorted type".split()
    ),
    objects={"localPanelSettings": _SETTINGS, "flowConfig": Model(frozenset())},
    lists={"panels": Members(lambda panel: panel.get("__id__"), _panel_model)},
)
_RUN_FEED = Model(
    frozenset(
        "columnOrder columnPinned columnVisible columnWidths lockColumns onlyShowSelected pageSize version".split()
    ),
    resets={"pageSize": 10, "columnWidths": {}},
)
_RUN_SET = Model(
    frozenset(
        "baselineRunId enabled expandedRowAddresses filters grouping id name pinnedRunIds project runFeed search "
        "selections sort".split()
    ),
    resets={"name": "Run set", "enabled": True, "expandedRowAddresses": []},
    objects={"runFeed": _RUN_FEED, "search": Model(frozenset({"query"}))},
)
_BANK = Model(
    frozenset("panelConfigOverrides panelPlacementOverrides sections settings state".split()),
    objects={"settings": Model(frozenset("autoOrganizePrefix showEmptySections sortAlphabetically".split()))},
    lists={"sections": Members(_section_name, lambda _: _SECTION)},
)
_INNER = Model(
    frozenset("customRunColors name openRunSet openViz panelBankConfig runSets settings".split()),
    resets={"openViz": True},
    objects={"settings": _SETTINGS, "panelBankConfig": _BANK},
    lists={"runSets": Members(lambda run_set: run_set.get("id"), lambda _: _RUN_SET)},
)
DOCUMENT = Model(frozenset({"section", "vizExpanded", "libraryExpanded"}), objects={"section": _INNER})
