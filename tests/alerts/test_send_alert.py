"""Keeping alerts: once per run and title within the wait."""

from datetime import timedelta

import pytest
import time_machine

from apps.alerts.actions import send_alert
from apps.core.errors import InvalidInput
from tests.build import build_run, principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return build_run()


def send(run, title="Loss", **values):
    return send_alert(run, title=title, actor=principal(run.owner), **values)


def test_the_wait_is_per_run_and_title_and_ends(run):
    wait = timedelta(minutes=1)
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as clock:
        assert send(run, wait=wait) is not None
        clock.shift(59)
        assert send(run, wait=wait) is None
        assert send(run, "Other", wait=wait) is not None
        assert send(build_run(run.project), wait=wait) is not None
        clock.shift(2)
        assert send(run, wait=wait) is not None


def test_without_a_wait_every_alert_is_kept(run):
    assert send(run) is not None
    assert send(run) is not None


def test_long_texts_are_cut_and_nul_is_replaced(run):
    alert = send(run, "t" * 500, text="x" * 20_000 + "\x00")
    assert (len(alert.title), len(alert.text)) == (200, 10_000)
    assert "\x00" not in send(run, "a\x00b").title


@pytest.mark.parametrize("values", [{"title": ""}, {"title": "t", "severity": "loud"}])
def test_nonsense_is_refused(run, values):
    with pytest.raises(InvalidInput):
        send(run, **values)
