"""People who come from the configured OpenID Connect provider."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.test import RequestFactory

from apps.accounts.models import User
from apps.accounts.principal import NOBODY
from tests.build import build_user
from tests.pages import browser, text_of

pytestmark = pytest.mark.django_db
PROVIDER = {
    "provider_id": "oidc",
    "name": "Northlight",
    "client_id": "carnet",
    "secret": "s",
    "settings": {"server_url": "https://id.example.org"},
}


@pytest.fixture
def provider(settings):
    settings.CARNET_OIDC_PROVIDER = PROVIDER
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [PROVIDER]}}


def arrive(**told):
    """Let the provider tell of somebody, and make them as allauth's sign-up does."""
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), SessionStore()
    setattr(request, "principal", NOBODY)  # noqa: B010  what the middleware does
    with context.request_context(request):
        adapter = get_adapter(request)
        login = SocialLogin(user=User(), account=SocialAccount(provider="oidc", uid="1", extra_data={}))
        login.email_addresses = [EmailAddress(email=told["email"], verified=True, primary=True)]
        adapter.populate_user(request, login, told)
        assert adapter.is_open_for_signup(request, login)
        return adapter.save_user(request, login)


@pytest.mark.usefixtures("provider")
def test_somebody_new_gets_an_account_with_an_entity():
    user = arrive(username="lea", email="lea@example.org", name="Léa Marchand")
    user.refresh_from_db()
    assert (user.username, user.name, user.entity.name) == ("lea", "Léa Marchand", "lea")
    assert not user.has_usable_password()
    assert SocialAccount.objects.get().user == user
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    ("told", "name"), [("admin", "admin-2"), ("ANA", "ANA-2"), ("Léa M", "L-a-M"), ("", "someone"), ("☃", "user-2")]
)
def test_a_name_that_cannot_be_had_is_changed(told, name):
    build_user("ana")
    assert arrive(username=told, email="someone@example.org").username == name


@pytest.mark.usefixtures("provider")
def test_the_sign_in_page_names_the_provider():
    assert "Continue with Northlight" in text_of(browser().get("/accounts/login/"))


def test_without_a_provider_nobody_comes_that_way():
    page = text_of(browser().get("/accounts/login/"))
    assert "Continue with" not in page
    assert not get_adapter().is_open_for_signup(None, None)
