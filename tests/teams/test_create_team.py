"""Any user makes a private team."""

import pytest

from apps.teams.models import Membership, Role, Team
from tests.build import build_team, build_token, build_user
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db


def test_t09_any_user_makes_a_team_and_owns_it():
    user = build_user("lea")
    answer = browser(user).post("/teams/new", {"name": "northlight", "description": "Small models"}, follow=True)
    assert answer.redirect_chain == [("/northlight/settings/members", 302)]
    assert "The team northlight is yours." in said(answer)
    assert Team.objects.get().description == "Small models"
    assert Membership.objects.get().role == Role.OWNER


def test_t10_the_form_previews_the_address_and_says_that_the_name_is_meant_to_stay():
    response = browser(build_user()).get("/teams/new")
    assert '<address-preview for="id_name">http://testserver/<b>' in response.content.decode()
    assert "The name stands in every address of the team" in text_of(response)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("settings", "kept for Carnet's own pages"),
        ("Teams", "kept for Carnet's own pages"),
        ("taken", "The name “taken” is taken."),
        ("LEA", "The name “LEA” is taken."),
        ("a b", "A name has 1 to 128 letters"),
        ("-x", "A name has 1 to 128 letters"),
        ("", "This field is required."),
        ("x" * 129, "at most 128 characters"),
    ],
)
def test_t10_a_name_that_cannot_be_had_is_refused_at_its_field(name, sentence):
    build_team("taken")
    response = browser(build_user("lea")).post("/teams/new", {"name": name, "description": "kept"})
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert response.context["form"].has_error("name")
    assert 'value="kept"' in response.content.decode()
    assert Team.objects.count() == 1


def test_nobody_makes_none():
    assert (
        browser().post("/teams/new", {"name": "northlight"}).headers["Location"] == "/accounts/login/?next=/teams/new"
    )


def test_a_key_makes_one_only_with_the_scope():
    user = build_user()
    for scopes, status in ((["read", "log", "edit"], 403), (None, 302)):
        key = build_token(user, scopes=scopes)
        headers = {"authorization": f"Bearer {key}"}
        assert browser().post("/teams/new", {"name": "northlight"}, headers=headers).status_code == status
