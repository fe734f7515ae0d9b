"""The pages of a run say what is known of it."""

import pytest

from tests.build import World, build_world
from tests.runs.pages.build import browser, build_file, build_logged_run

TABS = ("", "/charts", "/system", "/logs", "/files", "/code")


@pytest.fixture
def world(db) -> World:
    return build_world()


def test_every_tab_opens(world: World):
    run = build_logged_run(world.project)
    build_file(run, "code/train.py", b"print(1)\n")
    bob = browser(world.bob)
    for tab in TABS:
        answer = bob.get(f"/northlight/digits/runs/{run.name}{tab}")
        assert answer.status_code == 200, tab
        assert run.display_name in answer.content.decode()
