"""Several people, or windows of one, send panels to one place at the same moment: all of them are there afterwards."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.panels.actions import create_workspace
from apps.panels.documents import find_panel
from apps.panels.models import Workspace
from apps.panels.targets import open_target, sent_panel
from tests.build import build_world, principal
from tests.panels.test_send_panel import document

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend]
AT_ONCE = 6


@pytest.fixture
def world():
    return build_world()


def send_at_once(world, target, ids):
    """Send one panel under each of these ids, all at the same moment. Returns which were new."""

    def send(new_id):
        try:
            bob = principal(world.bob)
            opened = open_target(bob, world.project, "view", target)
            sent = sent_panel(document(), "mine1", new_id=new_id, project=world.project)
            return opened.kind.add(opened.opened, sent, actor=bob).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, ids))


@pytest.mark.parametrize("target", ["herons", "mine"])
def test_r30_panels_sent_at_once_all_land(world, target):
    create_workspace(world.project, "Smooth herons", {"section": {}}, actor=principal(world.alice), slug="herons")
    ids = [f"p{number}" for number in range(AT_ONCE)]
    assert send_at_once(world, target, ids) == [True] * AT_ONCE
    held = Workspace.objects.get(is_personal=target == "mine")
    assert all(find_panel(held.spec, each) for each in ids)


@pytest.mark.parametrize("target", ["herons", "mine"])
def test_r30_one_request_many_times_at_once_leaves_one_panel(world, target):
    create_workspace(world.project, "Smooth herons", {"section": {}}, actor=principal(world.alice), slug="herons")
    assert sorted(send_at_once(world, target, ["p"] * AT_ONCE)) == [False] * (AT_ONCE - 1) + [True]
