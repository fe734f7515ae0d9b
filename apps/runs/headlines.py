"""Which metrics say most about a run, and which way of a metric is better."""

import re
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

SLOTS = 12  # colours, before they return dashed
_WORDS = re.compile(r"[a-z]+|\d+")
_LESS_IS_MORE = frozenset("loss mse rmse mae mape nll error err perplexity ppl wer cer fid divergence".split())
_MORE_IS_MORE = frozenset(
    "acc accuracy auc auroc ap map f precision recall iou dice bleu rouge reward score psnr ssim r correlation".split()
)
_VALIDATION = frozenset("val valid validation eval test dev holdout".split())
_TRAINING = frozenset("train training batch".split())
_BOOKKEEPING = frozenset(
    "epoch epochs step steps lr time seconds sec timestamp runtime iter iteration global wall perf".split()
)


class Goal(StrEnum):
    """Which way is better."""

    MINIMISE = "min"
    MAXIMISE = "max"


def headline_keys(keys: Iterable[str], *, limit: int = 4) -> list[str]:
    """Return the keys to show first: losses and scores before the rest, validation before training.

    Counters, learning rates and times come only where nothing else is left.
    """
    wanted = [key for key in keys if not key.startswith("_")]
    return sorted(wanted, key=_rank)[:limit]


def goal_of(key: str, definitions: Any = None) -> Goal | None:
    """Return which way is better: as the script defined the metric, else as its name suggests, else None.

    `definitions` is the client's list of metric definitions (`_wandb.m`: 1 name, 2 pattern, 7 summaries, 8 goal).
    """
    for definition in definitions if isinstance(definitions, list) else []:
        if isinstance(definition, dict) and _is_about(definition, key) and (found := _defined(definition)):
            return found
    return _suggested(key)


def _is_about(definition: dict[str, Any], key: str) -> bool:
    name, pattern = definition.get("1"), definition.get("2")
    return name == key or (isinstance(pattern, str) and fnmatchcase(key, pattern))


def _defined(definition: dict[str, Any]) -> Goal | None:
    goals = {1: Goal.MINIMISE, 2: Goal.MAXIMISE}
    if found := goals.get(definition.get("8", 0)):
        return found
    summaries = definition.get("7")
    named = [goals[item] for item in summaries if item in goals] if isinstance(summaries, list) else []
    return named[0] if len(named) == 1 else None


def _suggested(key: str) -> Goal | None:
    words = _words(key)
    if words & _LESS_IS_MORE:
        return Goal.MINIMISE
    return Goal.MAXIMISE if words & _MORE_IS_MORE else None


def _rank(key: str) -> tuple[int, int, int, str]:
    words = _words(key)
    measure = 0 if words & (_LESS_IS_MORE | _MORE_IS_MORE) else 2 if words & _BOOKKEEPING else 1
    part = 0 if words & _VALIDATION else 2 if words & _TRAINING else 1
    return measure, part, key.count("/") + key.count("."), key


def _words(key: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).lower()))
