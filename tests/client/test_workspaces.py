"""Saved workspaces through the official client."""

import urllib.request
from typing import Any

import pytest

from apps.core import json
from tests.client.conftest import Runner, Server

pytestmark = pytest.mark.backend


def _save_in_the_web(server: Server, slug: str) -> Any:
    """Change a view as the workspace page does: extras of ours, and a fraction the client cannot hold."""
    address = f"/api/v1/projects/northlight/views/workspaces/{slug}"
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    view = json.loads(server.fetch(address, headers=headers)[1])
    view["spec"]["x"] = {"note": "ours"}
    view["spec"]["section"]["runSets"][0]["x"] = {"pen": 1}
    body = json.dumps({"spec": view["spec"], "version": view["version"]})
    request = urllib.request.Request(server.url + address, data=body, headers=headers, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())


def test_workspaces_are_made_loaded_and_changed(client: Runner, server: Server):
    answer = client.run("workspaces.py").answer
    slug = answer["url"].rpartition("nw=")[2]
    assert answer["name"] == "Changed by script"
    assert answer["sections"]["Losses"] == ["LinePlot", "ScalarChart"]
    assert answer["sections"]["val"] == ["LinePlot"]  # the panel that comes by itself
    assert (answer["smoothing"], answer["runs"]) == (0.4, 7)
    assert "lr" in answer["filters"]
    assert answer["copy"] != answer["url"]
    saved = _save_in_the_web(server, slug)
    assert saved["spec"]["x"] == {"note": "ours"}
    changed = client.run("change_workspace.py", answer["url"]).answer
    assert changed["name"] == "Changed again"
    after = json.loads(
        server.fetch(
            f"/api/v1/projects/northlight/views/workspaces/{slug}",
            headers={"Authorization": f"Bearer {server.key}"},
        )[1]
    )
    assert (after["name"], after["spec"]["x"]) == ("Changed again", {"note": "ours"})
    assert after["spec"]["section"]["runSets"][0]["x"] == {"pen": 1}
