"""Which names users and teams may have."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Entity
from apps.accounts.queries import check_free_name, free_name_like
from apps.core.errors import Conflict, InvalidInput
from apps.core.names import RESERVED, check_entity_name
from tests.build import build_team, build_user

LETTERS = string.ascii_letters + string.digits
NAMES = st.builds(lambda first, rest: first + rest, st.sampled_from(LETTERS), st.text(LETTERS + "-_.", max_size=127))


@given(NAMES.filter(lambda name: name.lower() not in RESERVED))
def test_letters_digits_dashes_underscores_and_dots_are_accepted(name):
    assert check_entity_name(name) == name


@given(st.text(max_size=160))
def test_whatever_is_accepted_keeps_the_rules(name):
    try:
        check_entity_name(name)
    except InvalidInput:
        return
    assert 1 <= len(name) <= 128
    assert set(name) <= set(LETTERS + "-_.")
    assert name[0] in LETTERS
    assert name.lower() not in RESERVED


@pytest.mark.parametrize("name", ["", "a" * 129, "-a", ".a", "a b", "a/b", "é", "a\n", "a%2Fb", "..", "a:b"])
def test_names_outside_the_rules_are_refused(name):
    with pytest.raises(InvalidInput) as refusal:
        check_entity_name(name)
    assert "name" in refusal.value.fields


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_reserved_words_are_refused_in_any_case(name):
    with pytest.raises(InvalidInput):
        check_entity_name(name.upper())


@pytest.mark.django_db
def test_users_and_teams_share_one_name_space_ignoring_case():
    build_user("lea")
    with pytest.raises(Conflict):
        build_team("LEA", owner=build_user("ana"))
    with pytest.raises(Conflict):
        build_user("Lea")
    assert Entity.objects.filter(name__iexact="lea").count() == 1


@pytest.mark.django_db
@given(st.text(max_size=140))
def test_a_name_made_from_any_wish_may_be_taken(wish):
    check_free_name(free_name_like(wish))


@pytest.mark.django_db
def test_a_name_made_from_a_taken_wish_gets_a_number():
    build_user("lea")
    assert free_name_like("lea") == "lea-2"
    assert free_name_like("Léa Marchand") == "L-a-Marchand"
    assert free_name_like("settings") == "settings-2"
