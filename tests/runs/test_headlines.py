"""Which metrics are shown first, and which way is better."""

import pytest

from apps.runs.headlines import Goal, goal_of, headline_keys


def test_scores_and_losses_come_first_validation_before_training():
    keys = ["lr", "epoch", "train/loss", "throughput", "val/acc", "_runtime", "val/loss", "grad_norm"]
    assert headline_keys(keys, limit=5) == ["val/acc", "val/loss", "train/loss", "grad_norm", "throughput"]
    assert headline_keys(["lr", "_step"]) == ["lr"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("val/loss", Goal.MINIMISE),
        ("trainLoss", Goal.MINIMISE),
        ("val/acc1", Goal.MAXIMISE),
        ("test.f1", Goal.MAXIMISE),
        ("grad_norm", None),
        ("glossary", None),
    ],
)
def test_names_suggest_a_goal(key: str, expected: Goal | None):
    assert goal_of(key) == expected


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"1": "val/loss", "8": 2}, Goal.MAXIMISE),
        ({"2": "val/*", "7": [2]}, Goal.MAXIMISE),
        ({"2": "val/*", "7": [1, 2]}, Goal.MINIMISE),
        ({"1": "other", "8": 2}, Goal.MINIMISE),
        ("nonsense", Goal.MINIMISE),
    ],
)
def test_what_the_script_defined_counts_more_than_the_name(definition: object, expected: Goal):
    assert goal_of("val/loss", [definition]) == expected
