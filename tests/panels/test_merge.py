"""A document that comes back from the poorer client loses nothing the client cannot carry."""

import wandb_workspaces.workspaces as client
from wandb_workspaces.workspaces import internal

from apps.core import json
from apps.panels.documents import new_document, with_automatic
from apps.panels.merge import merged
from apps.runs.queries.project_keys import ProjectKey

KEYS = [ProjectKey("val/loss", ("number",)), ProjectKey("val/acc", ("number",))]


def rich():
    """A document with something of ours on every level."""
    document = with_automatic(new_document(), KEYS)
    document["x"] = {"note": "ours"}
    inner = document["section"]
    inner["openViz"] = False
    inner["settings"] |= {"smoothingWeight": 1, "smoothingType": "exponential", "x": {"smoothingWeight": 0.6}}
    inner["settings"] |= {"smoothingActive": True}
    inner["runSets"][0] |= {"enabled": False, "x": {"pen": 1}, "search": {"query": "a", "isRegex": True}}
    inner["runSets"][0]["runFeed"] |= {"pageSize": 50, "columnWidths": {"run:state": 120}}
    section = inner["panelBankConfig"]["sections"][0]
    section["x"] = {"slider": 3}
    section["panels"].append(
        {
            "__id__": "mine",
            "viewType": "Run History Line Plot",
            "layout": {"x": 0, "y": 6, "w": 8, "h": 6},
            "config": {"metrics": ["a"], "newer": True},
            "x": {"rule": {"count": 5}},
        }
    )
    section["panels"].append(
        {
            "__id__": "hist",
            "viewType": "Histogram",
            "layout": {"x": 8, "y": 6, "w": 12, "h": 9},
            "config": {"metrics": ["h"]},
        }
    )
    return document


def through_the_client(document, change=lambda workspace: None):
    """Load and save as `Workspace.from_url(…)` and `save()` do."""
    spec = internal.WorkspaceViewspec.model_validate_json(json.dumps_text(document))
    view = internal.View(entity="e", project="p", display_name="n", name="nw-abc-v", id="", spec=spec)
    workspace = client.Workspace._from_model(view)
    change(workspace)
    text = workspace._to_model().spec.model_dump_json(by_alias=True, exclude_none=True)
    return json.loads(text)


def test_load_and_save_changes_nothing():
    document = rich()
    assert merged(document, through_the_client(document)) == document


def test_what_the_client_changes_is_taken():
    def change(workspace):
        workspace.sections[0].panels[2].title = "Losses"
        workspace.settings.max_runs = 20

    document = rich()
    found = merged(document, through_the_client(document, change))
    panel = found["section"]["panelBankConfig"]["sections"][0]["panels"][2]
    assert panel["config"] == {"metrics": ["a"], "newer": True, "chartTitle": "Losses"}
    assert panel["x"] == {"rule": {"count": 5}}
    assert found["section"]["settings"]["maxRuns"] == 20


def test_a_changed_automatic_panel_belongs_to_the_person():
    def change(workspace):
        workspace.sections[0].panels[0].title = "Mine now"

    document = rich()
    found = merged(document, through_the_client(document, change))
    first, second, *_ = found["section"]["panelBankConfig"]["sections"][0]["panels"]
    assert (first["isAuto"], second["isAuto"]) == (False, True)


def test_a_removed_automatic_panel_does_not_come_again():
    document = rich()
    found = merged(
        document, through_the_client(document, lambda workspace: workspace.sections[0].panels.pop(0) and None)
    )
    assert found["x"] == {"note": "ours", "removed": ["val/acc"]}


def test_a_smoothing_that_the_client_changes_wins_over_our_fraction():
    def change(workspace):
        workspace.settings.smoothing_weight = 5

    document = rich()
    settings = merged(document, through_the_client(document, change))["section"]["settings"]
    assert (settings["smoothingWeight"], settings["x"]) == (5, {})
