"""How numbers, sizes and times read. The cases are shared with frontend/format.test.ts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.template import Context, Template

from apps.core import formats
from apps.core.templatetags import carnet

CASES = json.loads((Path(__file__).parent / "format_cases.json").read_text(encoding="utf-8"))
NOW = datetime.fromisoformat(CASES["now"])


def thin(text):
    """The corpus is written with plain spaces; groups of digits are parted by thin ones."""
    return text.replace(" ", formats.THIN)


def render(source, **context):
    return Template("{% load carnet %}" + source).render(Context(context))


@pytest.mark.parametrize(("value", "text"), CASES["number"])
def test_numbers_show_the_digits_that_matter(value, text):
    assert formats.number(value) == thin(text)


@pytest.mark.parametrize(("arguments", "text"), CASES["decimals"])
def test_a_column_fixes_the_decimals(arguments, text):
    value, decimals = arguments
    assert formats.number(value, decimals=decimals) == thin(text)


@pytest.mark.parametrize(("values", "decimals"), CASES["shared_decimals"])
def test_a_column_shares_its_decimals(values, decimals):
    assert formats.shared_decimals(values) == decimals


@pytest.mark.parametrize(("value", "text"), CASES["count"])
def test_counts_are_written_in_full(value, text):
    assert formats.count(value) == thin(text)


@pytest.mark.parametrize(("value", "text"), CASES["size"])
def test_sizes(value, text):
    assert formats.size(value) == text


@pytest.mark.parametrize(("seconds", "text"), CASES["duration"])
def test_durations_show_two_units(seconds, text):
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(("moment", "text"), CASES["when"])
def test_moments_show_what_is_needed_to_find_them(moment, text):
    assert formats.when(datetime.fromisoformat(moment), now=NOW) == text


@pytest.mark.parametrize(("moment", "text"), CASES["ago"])
def test_time_passed(moment, text):
    assert formats.ago(datetime.fromisoformat(moment), now=NOW) == text


@pytest.mark.parametrize(("moment", "text"), CASES["exact"])
def test_exact_moments_name_their_zone(moment, text):
    assert formats.exact(datetime.fromisoformat(moment), now=NOW) == text


def test_a_missing_number_is_a_dash_and_never_zero():
    assert render("{{ value|number }}", value=None) == '<span class="none">–</span>'


def test_nan_is_written_in_the_colour_of_trouble():
    assert render("{{ value|number }}", value=float("nan")) == '<span class="num bad-number">NaN</span>'


def test_a_value_that_is_no_number_is_escaped():
    assert render("{{ value|number }}", value=["<b>"]) == "[&#x27;&lt;b&gt;&#x27;]"


def test_words_in_place_of_numbers_are_missing():
    assert "–" in render("{{ value|number }}", value="<script>")


def test_sizes_and_durations_in_templates():
    assert ">212 kB<" in render("{{ value|bytes }}", value=212_000)
    assert ">8 h 41 m<" in render("{{ value|duration }}", value=timedelta(hours=8, minutes=41))


@time_machine.travel(NOW, tick=False)
def test_times_carry_their_exact_value():
    html = render("{{ moment|when }}", moment=datetime(2026, 11, 19, 2, 14, 9, tzinfo=UTC))
    assert html == (
        '<time-ago format="when"><time datetime="2026-11-19T02:14:09+00:00" title="19 Nov 2026, 02:14:09 UTC">'
        "Thu 02:14</time></time-ago>"
    )
    assert ">6 h ago</time>" in render("{{ moment|ago }}", moment=NOW - timedelta(hours=6, minutes=1))
    assert ">6 h 12 m</time>" in render("{{ moment|since }}", moment=NOW - timedelta(hours=6, minutes=12))


def test_a_moment_that_did_not_come_is_a_dash():
    assert render("{{ moment|when }}", moment=None) == '<span class="none">–</span>'


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Léa Marchand", "LM"), ("ci-train", "CT"), ("alice", "AL"), ("Ana María Kovač", "AK"), ("", "?"), ("!!", "?")],
)
def test_initials(name, letters):
    assert carnet.initials(name) == letters


def test_a_person_keeps_the_colour_of_their_name():
    assert carnet.avatar_slot("lea") == carnet.avatar_slot("lea")
    assert {carnet.avatar_slot(f"person-{number}") for number in range(200)} == set(range(1, 9))


@pytest.mark.parametrize(
    ("slot", "attributes"),
    [
        (1, 'data-series="1"'),
        (12, 'data-series="12"'),
        (13, 'data-series="1" data-dash="2"'),
        (26, 'data-series="2" data-dash="3"'),
        (99, 'data-series="3" data-dash="3"'),
        (None, ""),
    ],
)
def test_after_twelve_the_colours_return_dashed(slot, attributes):
    assert carnet.series(slot) == attributes


def test_icons_come_from_the_sprite_of_this_server():
    html = render('{% icon "stop" "small" %}')
    assert html.startswith('<svg class="icon small" aria-hidden="true"><use href="/static/icons/icons.svg#i-stop"/>')
