"""The document of a workspace: what a new one holds, and the automatic panels that come and go with the keys.

Automatic panels are worked out anew whenever a document is read; only what a person changed is stored. Keys whose
automatic panel somebody removed stand in `x.removed` of the document. The shapes are told in docs/panels.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from hashlib import blake2s
from typing import Any

from apps.core import json
from apps.core.errors import InvalidInput, TooLarge
from apps.panels.suggest import panel_for_key
from apps.runs.headlines import headline_keys
from apps.runs.queries.project_keys import ProjectKey

MOST_BYTES = 5_000_000
MOST_DEPTH = 40
MOST_AUTOMATIC = 1_000
CHARTS = "Charts"
SYSTEM = "System"
COLUMNS = 24
PANEL_WIDTH, PANEL_HEIGHT = 8, 6
_FLOW = {
    "snapToColumns": True,
    "columnsPerPage": 3,
    "rowsPerPage": 2,
    "gutterWidth": 16,
    "boxWidth": 460,
    "boxHeight": 300,
}
_PANEL_SETTINGS = {
    "smoothingWeight": 0,
    "smoothingType": "none",
    "xAxis": "_step",
    "ignoreOutliers": False,
    "useRunsTableGroupingInPanels": True,
    "smoothingActive": False,
    "xAxisActive": False,
}


def new_document() -> dict[str, Any]:
    """Return the document of a workspace nobody has changed: all runs, a panel for every key."""
    return {
        "vizExpanded": False,
        "libraryExpanded": True,
        "section": {
            "name": "",
            "openViz": True,
            "openRunSet": 0,
            "settings": {
                **_PANEL_SETTINGS,
                "maxRuns": 10,
                "pointVisualizationMethod": "bucketing-gorilla",
                "tooltipNumberOfRuns": "default",
                "shouldAutoGeneratePanels": True,
            },
            "panelBankConfig": {
                "state": 1,
                "settings": {"autoOrganizePrefix": 1, "showEmptySections": False, "sortAlphabetically": False},
                "sections": [],
            },
            "panelBankSectionConfig": _section("Report Panels", is_open=False) | {"type": "grid"},
            "runSets": [
                {
                    "id": "runs",
                    "name": "Runs",
                    "enabled": True,
                    "search": {"query": ""},
                    "filters": {"filterFormat": "filterV2", "filters": []},
                    "grouping": [],
                    "sort": {"keys": [{"key": {"section": "run", "name": "createdAt"}, "ascending": False}]},
                    "selections": {"root": 1, "bounds": [], "tree": []},
                    "runFeed": {
                        "version": 2,
                        "columnVisible": {},
                        "columnPinned": {},
                        "columnWidths": {},
                        "columnOrder": [],
                        "pageSize": 10,
                        "onlyShowSelected": False,
                    },
                    "expandedRowAddresses": [],
                }
            ],
            "customRunColors": {},
        },
    }


def check_document(spec: Any) -> dict[str, Any]:
    """Return the document if it can be stored. Raises InvalidInput or TooLarge, each with a sentence."""
    if not isinstance(spec, dict) or not isinstance(spec.get("section", {}), dict):
        raise InvalidInput("A workspace is an object with a `section`.", code="bad_workspace")
    if json.depth(spec) > MOST_DEPTH:
        raise InvalidInput(f"The workspace is nested more than {MOST_DEPTH} deep.", code="bad_workspace")
    if len(json.dumps(spec)) > MOST_BYTES:
        raise TooLarge(f"A workspace has at most {MOST_BYTES // 1_000_000} MB.", code="workspace_too_large")
    bank = spec.get("section", {}).get("panelBankConfig", {})
    sections = bank.get("sections", []) if isinstance(bank, dict) else None
    if not isinstance(sections, list) or not all(isinstance(each, dict) for each in sections):
        raise InvalidInput("The sections of a workspace are a list of objects.", code="bad_workspace")
    if not all(isinstance(each.get("panels") or [], list) for each in sections):
        raise InvalidInput("The panels of a section are a list.", code="bad_workspace")
    return spec


def without_automatic(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document as it is stored: automatic panels that nobody touched are left out."""
    kept = deepcopy(dict(spec))
    for section in sections_of(kept):
        if section.get("isPanelsAuto"):
            section["panels"] = [panel for panel in section.get("panels") or [] if not is_automatic(panel)]
    return kept


def with_automatic(
    spec: Mapping[str, Any],
    keys: Sequence[ProjectKey],
    system_keys: Sequence[ProjectKey] = (),
    *,
    definitions: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the document with a panel for every key that no panel draws, in the section of its prefix.

    `definitions` are those of the project's metrics: some are drawn along another. At most MOST_AUTOMATIC are made;
    `x.left_out` says how many were not.
    """
    filled = deepcopy(dict(spec))
    section = filled.setdefault("section", {})
    if section.get("settings", {}).get("shouldAutoGeneratePanels") is False:
        return filled
    bank = section.setdefault("panelBankConfig", {})
    depth = 2 if bank.get("settings", {}).get("autoOrganizePrefix") == 2 else 1
    sections = bank.setdefault("sections", [])
    known = _drawn(sections) | set((filled.get("x") or {}).get("removed") or ())
    ids = {panel.get("__id__") for each in sections for panel in each.get("panels") or [] if isinstance(panel, dict)}
    wanted = [each for each in keys if each.key not in known and _identity(each.key) not in ids]
    chosen = _first(wanted)
    steps = step_metrics(definitions, [each.key for each in chosen])
    by_name = {str(each.get("name")): each for each in sections}
    for each in chosen:
        _add(sections, by_name, prefix_of(each.key, depth), _panel(each, steps.get(each.key)))
    for each in system_keys:
        name = f"system/{each.key.removeprefix('system.')}"
        if name not in known and _identity(name) not in ids:
            _add(sections, by_name, SYSTEM, _system_panel(name), is_open=False)
    if len(wanted) > len(chosen):
        filled["x"] = {**(filled.get("x") or {}), "left_out": len(wanted) - len(chosen)}
    return filled


def with_panel(filled: Mapping[str, Any], panel: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the document with one more panel, in the section of this name; a new section where there is none.

    An automatic panel of the same key would give way to it: it stays beside it, and is a person's own from now on.
    """
    result = deepcopy(dict(filled))
    bank = result.setdefault("section", {}).setdefault("panelBankConfig", {})
    sections = bank.setdefault("sections", [])
    for each in sections:
        _keep_beside(each, panel)
    home = next((each for each in sections if str(each.get("name") or CHARTS) == (name or CHARTS)), None)
    if home is None:
        home = {**_section(name or CHARTS, is_open=True), "__id__": _section_for(panel["__id__"])}
        sections.insert(0, home)
    panels = home.get("panels") or []
    place = next((place + 1 for place, each in enumerate(panels) if _is_twin(each, panel)), 0)
    home |= {"isOpen": True, "panels": [*panels[:place], deepcopy(dict(panel)), *panels[place:]]}
    return result


def without_panel(spec: Mapping[str, Any], panel_id: str) -> dict[str, Any]:
    """Return the document without a panel, and without the section that was made for it if nothing else is in it."""
    result = deepcopy(dict(spec))
    for section in sections_of(result):
        panels = section.get("panels") or []
        section["panels"] = [each for each in panels if not _is_called(each, panel_id)]
    bank = result.get("section", {}).get("panelBankConfig") or {}
    made = _section_for(panel_id)
    if "sections" in bank:
        bank["sections"] = [each for each in bank["sections"] if each.get("__id__") != made or each["panels"]]
    return result


def find_panel(spec: Mapping[str, Any], panel_id: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the section and the panel of an id."""
    for section in sections_of(spec):
        for panel in section.get("panels") or []:
            if _is_called(panel, panel_id):
                return section, panel
    return None


def sections_of(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    bank = spec.get("section", {}).get("panelBankConfig") or {}
    return [each for each in bank.get("sections") or [] if isinstance(each, dict)]


def prefix_of(key: str, depth: int) -> str:
    """Return the section of a key: its first part, or all but its last with `depth` 2; keys of one part are charts."""
    parts = key.split("/")
    if len(parts) == 1:
        return CHARTS
    return "/".join(parts[:-1]) if depth == 2 else parts[0]


def step_metrics(definitions: Sequence[Mapping[str, Any]], keys: Iterable[str]) -> dict[str, str]:
    """Return key → the metric it is drawn along, as the script defined them (`_wandb.m`: 5 is a one-based index)."""
    found: dict[str, str] = {}
    for key in keys:
        for definition in definitions:
            name, pattern, place = definition.get("1"), definition.get("2"), definition.get("5")
            fits = name == key or (isinstance(pattern, str) and pattern.endswith("*") and key.startswith(pattern[:-1]))
            if fits and isinstance(place, int) and 0 < place <= len(definitions):
                step = definitions[place - 1].get("1")
                if isinstance(step, str) and step != key:
                    found[key] = step
    return found


def _first(keys: Sequence[ProjectKey]) -> list[ProjectKey]:
    """Return the keys that get a panel, in the order of their sections: those that say most come first."""
    rank = {key: place for place, key in enumerate(headline_keys([each.key for each in keys], limit=len(keys)))}
    ranked = sorted(keys, key=lambda each: rank.get(each.key, len(keys)))[:MOST_AUTOMATIC]
    first_of: dict[str, int] = {}
    for place, each in enumerate(ranked):
        first_of.setdefault(prefix_of(each.key, 1), place)
    return sorted(ranked, key=lambda each: (first_of[prefix_of(each.key, 1)], _is_wide(each), each.key))


def _is_wide(key: ProjectKey) -> bool:
    """Whether the panel of a key takes a whole row: those stand below the charts of their section."""
    return panel_for_key(key.key, key.types)["viewType"] in {"Media Browser", "Table"}


def _drawn(sections: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the keys that some panel draws alone. One that compares several keys stands beside theirs."""
    panels = [panel for section in sections for panel in section.get("panels") or []]
    return {key for panel in panels for key in _alone(panel)}


def _alone(panel: Any) -> set[str]:
    """Return the key that a panel draws alone, in each of the ways in which it can name one."""
    config = panel.get("config") if isinstance(panel, dict) else None
    if not isinstance(config, dict):
        return set()
    lists = [keys for name in ("metrics", "mediaKeys") if isinstance(keys := config.get(name), list)]
    named = [*(keys[0] for keys in lists if len(keys) == 1), config.get("tableKey")]
    return {key for key in named if isinstance(key, str)}


def _keep_beside(section: dict[str, Any], panel: Mapping[str, Any]) -> None:
    """Make the automatic twin of a panel a person's own, with those before it, so that the order stays."""
    panels = section.get("panels") or []
    last = max((place for place, each in enumerate(panels) if is_automatic(each) and _is_twin(each, panel)), default=-1)
    for place, each in enumerate(panels[: last + 1]):
        if is_automatic(each):
            panels[place] = {**each, "isAuto": False}


def _is_twin(one: Any, other: Any) -> bool:
    return bool(_alone(one) & _alone(other))


def _is_called(panel: Any, panel_id: str) -> bool:
    return isinstance(panel, dict) and panel.get("__id__") == panel_id


def _section_for(panel_id: Any) -> str:
    """The id of a section that is made for one panel."""
    return f"for{panel_id}"


def _add(
    sections: list[dict[str, Any]], by_name: dict[str, Any], name: str, panel: dict[str, Any], *, is_open: bool = True
) -> None:
    if name not in by_name:
        by_name[name] = _section(name, is_open=is_open) | {"isPanelsAuto": True, "defaultName": name}
        sections.append(by_name[name])
    panels = by_name[name].setdefault("panels", [])
    place = len(panels)
    across = COLUMNS // PANEL_WIDTH
    at = {"x": place % across * PANEL_WIDTH, "y": place // across * PANEL_HEIGHT, "w": PANEL_WIDTH, "h": PANEL_HEIGHT}
    panels.append({"layout": at, **panel})


def _panel(key: ProjectKey, step: str | None) -> dict[str, Any]:
    panel = panel_for_key(key.key, key.types)
    if step and panel["viewType"] == "Run History Line Plot":
        panel = {**panel, "config": {**panel["config"], "xAxis": step}}
    return {"__id__": _identity(key.key), **panel, "isAuto": True}


def _system_panel(name: str) -> dict[str, Any]:
    config = {"metrics": [name], "xAxis": "_runtime"}
    return {"__id__": _identity(name), "viewType": "Run History Line Plot", "config": config, "isAuto": True}


def _identity(key: str) -> str:
    """The same key has the same panel on every page, so that links to it last."""
    return f"auto{blake2s(key.encode(), digest_size=6).hexdigest()}"


def _section(name: str, *, is_open: bool) -> dict[str, Any]:
    return {
        "__id__": _identity(f"section {name}"),
        "name": name,
        "isOpen": is_open,
        "pinned": False,
        "type": "flow",
        "sorted": 0,
        "flowConfig": dict(_FLOW),
        "localPanelSettings": dict(_PANEL_SETTINGS),
        "panels": [],
    }


def is_automatic(panel: Any) -> bool:
    return isinstance(panel, dict) and panel.get("isAuto") is True
