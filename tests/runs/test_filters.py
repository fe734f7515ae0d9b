"""The filter language, sentence by sentence. tests/runs/test_filters_agree.py holds it against plain Python."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from apps.core.errors import InvalidInput
from apps.runs.filters import filter_runs
from apps.runs.models import HistoryKey, Run
from tests.build import build_project, build_run, build_user

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def project():
    """Three runs: a small finished one, a large failed one, and one that knows almost nothing."""
    project = build_project()
    small = build_run(
        project,
        "small",
        state="finished",
        display_name="small-heron-1",
        group="g1",
        job_type="train",
        host="vm",
        notes="first try",
        tags=["best", "café"],
        config={"lr": 0.1, "net": {"depth": 2, "name": "mlp"}, "layers": [1, 2], "a.b": 5, "amp": True, "none": None},
        summary={"acc": 0.9, "loss": {"min": 0.2}, "verdict": "good"},
        sweep_name="sw1",
    )
    build_run(
        project,
        "large",
        state="failed",
        display_name="large-heron-2",
        group="g2",
        tags=["worst"],
        config={"lr": 10, "net": {"depth": 20}, "amp": False, "layers": "1"},
        summary={"acc": float("nan"), "loss": 3},
    )
    build_run(project, "bare", display_name="bare-owl-3")
    HistoryKey.objects.create(run=small, project=project, key="val.acc", count=3)
    return project


def names(project, filters):
    return sorted(filter_runs(project.runs.all(), filters).values_list("name", flat=True))


ALL = ["bare", "large", "small"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (None, ALL),
        ("", ALL),
        ("{}", ALL),
        ("null", ALL),
        ('{"state": "finished"}', ["small"]),
        ({"name": "small"}, ["small"]),
        ({"displayName": "large-heron-2"}, ["large"]),
        ({"display_name": {"$regex": "heron"}}, ["large", "small"]),
        ({"state": {"$in": ["finished", "failed"]}}, ["large", "small"]),
        ({"state": {"$nin": ["finished"]}}, ["bare", "large"]),
        ({"state": {"$ne": "finished"}}, ["bare", "large"]),
        ({"group": "g1"}, ["small"]),
        ({"group": None}, ["bare"]),
        ({"group": {"$exists": False}}, ["bare"]),
        ({"group": {"$ne": "g1"}}, ["bare", "large"]),
        ({"group": {"$gt": "g1"}}, ["large"]),
        ({"jobType": "train"}, ["small"]),
        ({"job_type": "train"}, ["small"]),
        ({"host": "vm"}, ["small"]),
        ({"notes": {"$regex": "^first"}}, ["small"]),
        ({"sweep": "sw1"}, ["small"]),
        ({"tags": "best"}, ["small"]),
        ({"tags": "bes"}, []),
        ({"tags": "café"}, ["small"]),
        ({"tags": {"$in": ["best", "worst"]}}, ["large", "small"]),
        ({"tags": {"$nin": ["best"]}}, ["bare", "large"]),
        ({"tags": {"$ne": "best"}}, ["bare", "large"]),
        ({"tags": None}, ["bare"]),
        ({"tags": {"$exists": True}}, ["large", "small"]),
        ({"tags": {"$regex": "^wo"}}, ["large"]),
        ({"tags": ["best", "café"]}, ["small"]),
        ({"config.lr": 0.1}, ["small"]),
        ({"config.lr.value": 0.1}, ["small"]),
        ({"config.lr": {"$gte": 0.1, "$lt": 5}}, ["small"]),
        ({"config.lr": {"$gt": "0"}}, []),
        ({"config.lr": {"$ne": 0.1}}, ["bare", "large"]),
        ({"config.lr": {"$exists": True}}, ["large", "small"]),
        ({"config.net.depth": {"$gt": 2}}, ["large"]),
        ({"config.net.value.depth": {"$gt": 2}}, ["large"]),
        ({"config.net": {"$exists": True}}, ["large", "small"]),
        ({"config.net": {"depth": 20}}, ["large"]),
        ({"config.net.name": {"$regex": "ML"}}, []),
        ({"config.net.name": {"$regex": "(?i)ML"}}, ["small"]),
        ({"config.a.b": 5}, ["small"]),
        ({"config.amp": True}, ["small"]),
        ({"config.amp": False}, ["large"]),
        ({"config.amp": "true"}, []),
        ({"config.amp": 1}, []),
        ({"config.layers": [1, 2]}, ["small"]),
        ({"config.layers": "1"}, ["large"]),
        ({"config.none": None}, ALL),
        ({"config.none": {"$exists": True}}, ["small"]),
        ({"config.lr": None}, ["bare"]),
        ({"summary_metrics.acc": {"$gt": 0.5}}, ["small"]),
        ({"summaryMetrics.acc": {"$gt": 0.5}}, ["small"]),
        ({"summary_metrics.acc": {"$exists": True}}, ["large", "small"]),
        ({"summary_metrics.acc": {"$lt": 10}}, ["small"]),
        ({"summary_metrics.loss.min": 0.2}, ["small"]),
        ({"summary_metrics.verdict": {"$gte": "go"}}, ["small"]),
        ({"keys_info.keys.val.acc": {"$exists": True}}, ["small"]),
        ({"keys_info.keys.val": {"$exists": True}}, ["small"]),
        ({"keys_info.keys.val.acc": {"$exists": False}}, ["bare", "large"]),
        ({"$and": [{"state": "failed"}, {"config.lr": 10}]}, ["large"]),
        ({"$or": [{"state": "failed"}, {"name": "bare"}]}, ["bare", "large"]),
        ({"$nor": [{"state": "failed"}, {"name": "bare"}]}, ["small"]),
        ({"$not": {"state": "failed"}}, ["bare", "small"]),
        ({"config.lr": {"$not": {"$gt": 1}}}, ["bare", "small"]),
        ({"state": "failed", "name": "small"}, []),
        ({"createdAt": {"$gt": "2020-01-01"}}, ALL),
        ({"created_at": {"$lt": "2020-01-01T00:00:00"}}, []),
        ({"createdAt": {"$gt": 5}}, []),
        ({"createdAt": {"$gt": "yesterday"}}, []),
        ({"heartbeat_at": {"$exists": True}}, ALL),
        ({"updatedAt": {"$gte": "2020-01-01T00:00:00Z"}}, ALL),
        ({"duration": {"$lt": 1000}}, ALL),
        ({"duration": {"$gt": "1"}}, []),
    ],
    ids=str,
)
def test_a_filter_finds(project, filters, expected):
    assert names(project, filters) == expected


def test_times_compare_to_the_fraction_and_without_zone(project):
    run = Run.objects.get(name="small")
    written = run.created_at.isoformat().replace("+00:00", "")
    assert names(project, {"createdAt": written}) == ["small"]


def test_user_names_are_those_of_owners(project):
    build_run(project, "hers", owner=build_user("alice"))
    assert names(project, {"username": "alice"}) == ["hers"]
    assert names(project, {"username": {"$ne": "alice"}}) == ALL


def test_duration_ends_with_the_run_or_its_last_sign_of_life(project):
    start = now() - timedelta(hours=1)
    Run.objects.filter(name="small").update(started_at=start, finished_at=start + timedelta(seconds=90))
    assert names(project, {"duration": {"$gte": 90, "$lte": 90.5}}) == ["small"]
    assert names(project, {"duration": 90}) == ["small"]


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ('{"state": ', "not JSON"),
        ("[1]", "A filter is an object"),
        ({"state": {"$like": "x"}}, "“$like”"),
        ({"$xor": []}, "“$xor”"),
        ({"colour": "red"}, "“colour”"),
        ({"$and": {"state": "x"}}, "takes a list"),
        ({"state": {"$in": "finished"}}, "take a list"),
        ({"state": {"$regex": 5}}, "takes a text"),
        ({"state": {"$regex": "("}}, "cannot be used"),
        ({"state": {"$regex": r"(a)\1"}}, "cannot be used"),
        ({"state": {"$regex": "(?=a)"}}, "cannot be used"),
        ({"state": {"$regex": "a" * 501}}, "at most 500"),
        ({"state": {"$regex": "a{300}"}}, "at most 255"),
        ({"state": {"$regex": r"\pL"}}, "cannot be used here"),
        ({"$or": [{"state": "x"}] * 201}, "more than 200"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_by_name(project, filters, told):
    with pytest.raises(InvalidInput, match=r"[\s\S]*" + told.replace("$", r"\$")):
        names(project, filters)


def test_a_filter_nested_too_deep_is_refused(project):
    filters: dict[str, Any] = {"state": "x"}
    for _ in range(60):
        filters = {"$and": [filters]}
    with pytest.raises(InvalidInput, match="nested"):
        names(project, filters)


def test_a_pattern_that_explodes_elsewhere_ends_quickly(project):
    build_run(project, "long", notes="a" * 50_000)
    assert names(project, {"notes": {"$regex": "(a+)+b"}}) == []


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\bowl\b", "bare owl 3", True),
        (r"\bow\b", "bare owl 3", False),
        (r"^a.c$", "abc", True),
        (r"a.c", "a\nc", False),
        (r"(?s)a.c", "a\nc", True),
        (r"(?i)ABC", "xabcx", True),
        (r"(?P<n>ab)+", "abab", True),
        (r"a{2}", "aa", True),
        (r"a{,2}", "a{,2}", True),
        (r"[]a]", "]", True),
        (r"[^]a]", "a]", False),
        (r"[[:digit:]]+", "x12", True),
        (r"[a\-z]", "-", True),
        (r"\d+\.\d", "v1.5", True),
        (r"\Aab\z", "ab", True),
        (r"x*?", "", True),
        ("é$", "café", True),
    ],
)
def test_patterns_mean_the_same_on_both_databases(pattern, text, found):
    project = build_project()
    build_run(project, "one", notes=text or " ")
    assert names(project, {"notes": {"$regex": pattern}}) == (["one"] if found else [])
