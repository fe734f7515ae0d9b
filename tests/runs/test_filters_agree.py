"""Whatever the filter: the database finds what plain Python would."""

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core import json
from apps.runs.filters import filter_runs
from apps.runs.models import Run
from tests.build import build_project, build_run

MISSING = object()
STATES = ["running", "finished", "failed"]
TAGS = ["best", "ab", "a b"]
KEYS = ["lr", "net", "a.b"]

scalars = st.one_of(
    st.sampled_from([0, 1, -1.5, 0.1, 2, 1e300, True, False, None, "", "a", "b", "1", "true", "Ä"]),
    st.floats(allow_nan=True, allow_infinity=True),
)
trees = st.dictionaries(st.sampled_from(["depth", "name", "value"]), scalars, max_size=2)
configs = st.dictionaries(st.sampled_from(KEYS), st.one_of(scalars, trees, st.lists(scalars, max_size=2)), max_size=3)
runs = st.fixed_dictionaries(
    {
        "state": st.sampled_from(STATES),
        "group": st.sampled_from(["", "a", "b"]),
        "tags": st.lists(st.sampled_from(TAGS), unique=True, max_size=2),
        "config": configs,
        "summary": st.dictionaries(st.sampled_from(["loss", "acc"]), scalars, max_size=2),
    }
)
paths = st.sampled_from(
    """
    state group tags config.lr config.lr.value config.net config.net.value config.net.depth config.net.value.depth
    config.a.b summary_metrics.loss
    """.split()
)
plain = st.one_of(scalars, st.sampled_from([*STATES, *TAGS]))
tests_of_one_value = st.one_of(
    plain,
    st.dictionaries(st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]), plain, min_size=1, max_size=2),
    st.dictionaries(st.sampled_from(["$in", "$nin"]), st.lists(plain, max_size=3), min_size=1, max_size=2),
    st.builds(lambda wanted: {"$exists": wanted}, st.booleans()),
    st.builds(lambda pattern: {"$regex": pattern}, st.sampled_from(["a", "^b", "in.*d$", "[0-9]", "(?i)Ä"])),
    st.builds(lambda value: {"$not": {"$gt": value}}, plain),
)
filters = st.recursive(
    st.dictionaries(paths, tests_of_one_value, max_size=2),
    lambda inner: st.dictionaries(st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, max_size=3), max_size=2),
    max_leaves=5,
)


class Agreement(TestCase):
    """One database transaction for each example."""

    @given(worlds=st.lists(runs, min_size=1, max_size=4), wanted=filters)
    def test_database_and_python_agree(self, worlds, wanted):
        project = build_project()
        for place, world in enumerate(worlds):
            run = build_run(
                project, f"run{place}", **{key: world[key] for key in ("group", "tags", "config", "summary")}
            )
            Run.objects.filter(pk=run.pk).update(state=world["state"])
        expected = {f"run{place}" for place, world in enumerate(worlds) if meets(world, wanted)}
        assert set(filter_runs(project.runs.all(), wanted).values_list("name", flat=True)) == expected


def meets(run: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(_entry(run, key, value) for key, value in wanted.items())


def _entry(run, key, value) -> bool:
    if key in ("$and", "$or", "$nor"):
        found = [meets(run, item) for item in value]
        return {"$and": all(found), "$or": any(found), "$nor": not any(found)}[key]
    return _tested(run, key, value)


def _tested(run, key, value) -> bool:
    if isinstance(value, dict):
        return all(_operator(run, key, name, operand) for name, operand in value.items())
    return _equal(run, key, value)


def _operator(run, key, name, operand) -> bool:
    found = stored(run, key)
    tests: dict[str, Callable[[], bool]] = {
        "$eq": lambda: _equal(run, key, operand),
        "$ne": lambda: not _equal(run, key, operand),
        "$in": lambda: any(_equal(run, key, value) for value in operand),
        "$nin": lambda: not any(_equal(run, key, value) for value in operand),
        "$exists": lambda: operand == _present(run, key),
        "$not": lambda: not _tested(run, key, operand),
        "$regex": lambda: any(isinstance(text, str) and bool(re2.search(operand, text)) for text in _texts(found)),
    }
    return tests[name]() if name in tests else _compares(name, found, operand)


def _compares(name, found, operand) -> bool:
    if not _same_type(found, operand) or isinstance(operand, (bool, list)) or not _finite(found, operand):
        return False
    if isinstance(operand, str):
        found, operand = found.encode(), operand.encode()
    return bool(getattr(operator, {"$gt": "gt", "$gte": "ge", "$lt": "lt", "$lte": "le"}[name])(found, operand))


def _equal(run, key, value) -> bool:
    found = stored(run, key)
    if value is None:
        return not _present(run, key) or found is None
    if key == "tags":
        return value in found if isinstance(value, str) else False
    if key == "group" and value == "":
        return found is MISSING
    return _same_type(found, value) and _finite(found, value) and found == value


def _finite(*values) -> bool:
    return all(math.isfinite(value) for value in values if isinstance(value, float))


def _same_type(one, other) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool)
    numbers = (int, float)
    return (isinstance(one, numbers) and isinstance(other, numbers)) or (
        isinstance(one, str) and isinstance(other, str)
    )


def _texts(found) -> Iterator[Any]:
    yield from found if isinstance(found, tuple) else [found]


def _present(run, key) -> bool:
    if key == "tags":
        return bool(run["tags"])
    if "." not in key:
        return stored(run, key) is not MISSING
    source, candidates = _candidates(run, key)
    return any(name == path or name.startswith(f"{path}.") for path in candidates for name in source)


def stored(run, key) -> Any:
    """The value at a key: a list is its JSON text, a tuple holds tags, MISSING is nothing at all."""
    if key == "tags":
        return tuple(run["tags"])
    if key == "group":
        return run["group"] or MISSING
    if key == "state":
        return run["state"]
    source, candidates = _candidates(run, key)
    return next((source[path] for path in candidates if path in source), MISSING)


def _candidates(run, key) -> tuple[dict[str, Any], list[str]]:
    kind, _, path = key.partition(".")
    source = dict(_flat(run["config" if kind == "config" else "summary"]))
    first, *rest = path.split(".")
    if kind == "config" and "value" in rest:
        rest.remove("value")
        return source, [path, ".".join([first, *rest])]
    return source, [path]


def _flat(tree, prefix="") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, _listed(value) if isinstance(value, list) else value


def _listed(value) -> str:
    return json.dumps_text(value)


pytestmark = pytest.mark.backend
