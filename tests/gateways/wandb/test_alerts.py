"""Alerts that scripts send."""

import pytest

from apps.alerts.models import Alert
from tests.build import build_run, build_world
from tests.gateways.wandb.asking import ask

pytestmark = pytest.mark.django_db

NOTIFY = """
mutation N($run: String!, $title: String!, $text: String!, $severity: AlertSeverity = INFO, $wait: Duration) {
  notifyScriptableRunAlert(input: {entityName: "northlight", projectName: "digits", runName: $run, title: $title,
      text: $text, severity: $severity, waitDuration: $wait}) { success }
}
"""


@pytest.fixture
def world():
    world = build_world()
    build_run(world.project, "a")
    return world


def test_an_alert_is_kept(world):
    assert ask(world.bob, NOTIFY, run="a", title="Loss", text="is NaN", severity="WARN", wait=5000).status == 200
    alert = Alert.objects.get()
    assert (alert.title, alert.text, alert.severity, alert.run.name) == ("Loss", "is NaN", "warn", "a")


def test_a_repeat_within_the_wait_is_dropped_and_still_a_success(world):
    for title in ("Loss", "Loss", "Other"):
        assert ask(world.bob, NOTIFY, run="a", title=title, text="", wait=60_000).status == 200
    assert sorted(Alert.objects.values_list("title", flat=True)) == ["Loss", "Other"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"run": "missing"}, 404),
        ({"title": " "}, 400),
        ({"severity": "LOUD"}, 400),
        ({"wait": -1}, 400),
        ({"wait": "x"}, 400),
    ],
)
def test_a_bad_alert_is_refused(world, change, status):
    assert ask(world.bob, NOTIFY, **({"run": "a", "title": "t", "text": ""} | change)).status == status
    assert not Alert.objects.exists()


@pytest.mark.parametrize(("person", "status"), [("carol", 403), ("mallory", 404), (None, 401)])
def test_who_may_not_send_alerts(world, person, status):
    assert ask(world.people.get(person or ""), NOTIFY, run="a", title="t", text="").status == status
