"""The pages of those who run the server."""

import re

import pytest
from django.core.mail import EmailMessage

from apps.accounts.models import User
from apps.core.models import AuditEntry
from apps.core.outbox import OutboxBackend
from tests.build import build_token, build_user
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://testserver(/login/link\?code=[\w-]+)")
GIVEN = {"full_name": "Ana Kovač", "username": "ana", "email": "ana@example.org"}


@pytest.fixture
def operator():
    return build_user("lea", is_superuser=True)


def account(user, what):
    return f"/admin/people/{user.uid}/{what}"


def test_an_operator_makes_an_account_and_hands_over_a_link(operator):
    response = browser(operator).post("/admin/", GIVEN)
    link = LINK.search(response.content.decode())
    assert link is not None
    assert "no-store" in response.headers["Cache-Control"]
    assert "Hand this link to Ana Kovač" in text_of(response)
    guest = browser()
    guest.get(link.group(1))
    assert guest.session["_auth_user_id"] == str(User.objects.get(username="ana").pk)
    assert not LINK.search(browser(operator).get("/admin/").content.decode())
    assert {"user.created", "user.invited"} <= set(AuditEntry.objects.values_list("verb", flat=True))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "lea"}, "username"),
        ({"username": "admin"}, "username"),
        ({"email": "lea@example.org"}, "email"),
        ({"email": "nowhere"}, "email"),
    ],
)
def test_what_is_refused_stands_at_its_field(operator, changes, field):
    response = browser(operator).post("/admin/", {**GIVEN, **changes})
    assert response.status_code == 400
    assert response.context["form"].has_error(field)
    assert User.objects.count() == 1


def test_a_link_can_be_made_again_until_it_was_used(operator):
    user = build_user("ana")
    pages = [browser(operator).post(account(user, "invite")).content.decode() for _ in range(2)]
    links = [path for page in pages for path in LINK.findall(page)]
    assert links[0] != links[-1]
    browser().get(links[-1])
    assert "has a way in already" in said(browser(operator).post(account(user, "invite"), follow=True))


@pytest.mark.parametrize("way_in", ["password", "key"])
def test_an_operator_does_not_become_whoever_has_a_way_in(operator, way_in):
    user = build_user("ana", password="a long enough secret" if way_in == "password" else None)
    if way_in == "key":
        build_token(user)
    client = browser(operator)
    assert "New link" not in text_of(client.get("/admin/"))
    answer = client.post(account(user, "invite"), follow=True)
    assert said(answer) == "ana has a way in already, and can reset the password."
    assert not LINK.search(answer.content.decode())


def test_closing_ends_sessions_and_keys_and_reopening_lets_in_again(operator):
    user = build_user("ana")
    key, session = build_token(user), browser(user)
    client = browser(operator)
    assert said(client.post(account(user, "close"), follow=True)).startswith("ana is let in no more.")
    client.post(account(user, "close"))
    assert session.get("/settings/").status_code == 302
    assert browser().get("/settings/", headers={"authorization": f"Bearer {key}"}).status_code == 401
    assert said(client.post(account(user, "reopen"), follow=True)).endswith("ana can sign in again.")
    assert browser(user).get("/settings/").status_code == 200
    assert AuditEntry.objects.filter(verb="user.closed").count() == 1


def test_one_does_not_close_ones_own_account(operator):
    answer = browser(operator).post(account(operator, "close"), follow=True)
    assert said(answer) == "You cannot close your own account. Another operator can."
    operator.refresh_from_db()
    assert operator.is_active


def test_people_are_found_by_a_part_of_name_or_address(operator):
    build_user("ana")
    build_user("bob")
    page = text_of(browser(operator).get("/admin/?search=ANA@"))
    assert "ana@example.org" in page
    assert "bob@example.org" not in page
    assert "Nobody is called like this." in text_of(browser(operator).get("/admin/?search=zzz"))


def test_mails_wait_in_the_outbox_when_no_server_sends_them(operator, capsys):
    OutboxBackend().send_messages([EmailMessage("A new password", "Follow <this>", to=["ana@example.org"])])
    page = browser(operator).get("/admin/mails")
    assert "A new password to ana@example.org" in text_of(page)
    assert "Follow &lt;this&gt;" in page.content.decode()
    assert "ana@example.org" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["/admin/", "/admin/mails"])
def test_others_do_not_get_in(operator, address):
    assert browser(build_user("ana")).get(address).status_code == 403
    assert browser().get(address).status_code == 302
    key = build_token(operator)
    assert browser().get(address, headers={"authorization": f"Bearer {key}"}).status_code == 403


def test_others_change_nothing(operator):
    ana, bob = build_user("ana"), build_user("bob")
    for what in ("invite", "close", "reopen"):
        assert browser(ana).post(account(bob, what)).status_code == 403
    bob.refresh_from_db()
    assert bob.is_active
