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
    found: set[str] = set()
    for section in sections:
        for panel in section.get("panels") or []:
            config = panel.get("config") if isinstance(panel, dict) else None
            for name in ("metrics", "mediaKeys"):
                keys = config.get(name) if isinstance(config, dict) else None
                if isinstance(keys, list) and len(keys) == 1:
                    found |= {key for key in keys if isinstance(key, str)}
            if isinstance(config, dict) and isinstance(config.get("tableKey"), str):
                found.add(config["tableKey"])
    return found


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
