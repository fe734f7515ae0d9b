"""What is looked for in a list of runs survives its way through an address."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.runs.search import OPERATORS, RunSearch, read_search


def again(search: RunSearch) -> RunSearch:
    return read_search(dict(parse_qsl(search.query().removeprefix("?"))))


@given(
    words=st.text(alphabet="ab ä%&", max_size=12),
    state=st.sampled_from(["", "running", "failed"]),
    order=st.sampled_from(["", "-created_at", "+summary_metrics.val/acc"]),
    conditions=st.lists(
        st.tuples(
            st.sampled_from(["config.lr", "tags", "summary_metrics.a b"]),
            st.sampled_from(list(OPERATORS)),
            st.sampled_from(["0.1", "12", "true", "a.b (c)", "-3e-4", "ä&"]),
        ),
        max_size=3,
    ),
)
def test_an_address_carries_the_whole_search(words, state, order, conditions):
    search = RunSearch(words.strip(), state, order)
    for condition in conditions:
        search = search.with_condition(*condition)
    assert again(search) == search


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("config.lr", ">", "0.01"), "config.lr > 0.01"),
        (("state", "is", "failed"), "state is failed"),
        (("config.ema", "is not", "true"), "config.ema is not true"),
        (("tags", "contains", "a.b"), "tags contains a.b"),
    ],
)
def test_conditions_read_as_sentences(given: tuple[str, str, str], sentence: str):
    search = RunSearch().with_condition(*given)
    assert search.conditions[0].sentence == sentence
    assert again(search).conditions[0].sentence == sentence


def test_conditions_of_other_forms_are_shown_as_written():
    search = read_search(
        {"filters": '{"$or": [{"state": "failed"}, {"state": "crashed"}], "config.lr": {"$gt": 1, "$lt": 2}}'}
    )
    assert [condition.sentence for condition in search.conditions] == [
        '{"$or":[{"state":"failed"},{"state":"crashed"}]}',
        'config.lr {"$gt":1,"$lt":2}',
    ]


def test_a_removed_condition_and_a_new_order_begin_at_the_first_page():
    search = RunSearch(after="cursor").with_condition("a", "is", "1").with_condition("b", "is", "2")
    assert [condition.sentence for condition in search.without(0).conditions] == ["b is 2"]
    assert RunSearch(after="cursor").ordered("created_at") == RunSearch(order="-created_at")
    assert RunSearch(order="-created_at").ordered("created_at").order == "+created_at"
    assert RunSearch(order="+created_at").ordered("created_at").order == ""


def test_filters_that_cannot_be_read_are_refused():
    with pytest.raises(InvalidInput):
        read_search({"filters": "{"})
    assert read_search({"state": "nonsense"}).state == ""
