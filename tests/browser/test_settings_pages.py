"""Sign-in, settings and consoles in a browser: accessible, inside the content policy, and useful beyond plain forms."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import COLLECT, Served
from tests.browser.test_every_page import AXE, RULES, settle

OWN = ["/settings/", "/settings/sign-in", "/settings/tokens", "/authorize", "/teams/new", "/alice/settings/privacy"]
TEAM = ["", "members", "service-accounts", "privacy", "audit"]
PAGES = [*OWN, *(f"/northlight/settings/{name}" for name in TEAM), "/northlight/secret/settings"]
OUTSIDE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere", "/login/link?code=x"]


@pytest.fixture
def stranger(served: Served, chrome: Browser) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    context = chrome.new_context(base_url=served.url, viewport={"width": 1280, "height": 900})
    context.add_init_script(COLLECT)
    page = context.new_page()
    yield page
    assert page.evaluate("window.violations") == []
    context.close()


def check(page: Page, axe_source: str) -> None:
    settle(page)
    page.evaluate(axe_source)
    assert page.evaluate(AXE, RULES) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)  # colours of buttons change gently
    assert page.evaluate(AXE, RULES) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", PAGES)
def test_page_of_settings_is_accessible_in_both_themes_and_fits_a_phone(
    open_page: Callable[..., Page], axe_source: str, path: str
):
    check(open_page(path, person="alice"), axe_source)


@pytest.mark.parametrize("path", OUTSIDE)
def test_page_outside_is_accessible_in_both_themes_and_fits_a_phone(stranger: Page, axe_source: str, path: str):
    stranger.goto(path)
    check(stranger, axe_source)


def test_a_new_key_stays_until_it_is_said_to_be_stored(open_page: Callable[..., Page], axe_source: str):
    page = open_page("/settings/tokens", person="carol")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Create the token").click()
    expect(page.get_by_role("heading", name="Token “laptop” created")).to_be_visible()
    done = page.get_by_role("link", name="Done")
    expect(done).to_have_attribute("aria-disabled", "true")
    page.evaluate(axe_source)
    assert page.evaluate(AXE, RULES) == []
    done.click(force=True)
    expect(page.get_by_role("heading", name="Token “laptop” created")).to_be_visible()
    page.get_by_label("I have stored it").check()
    done.click()
    expect(page.get_by_role("heading", name="Token “laptop” created")).to_have_count(0)
    expect(page.get_by_role("cell", name="laptop")).to_be_visible()


def test_revoking_asks_first_and_focus_is_on_the_harmless_button(open_page: Callable[..., Page]):
    page = open_page("/settings/tokens", person="dan")
    rows = page.locator("#keys tbody tr")
    before = rows.count()
    page.get_by_label("Name").fill("short-lived")
    page.get_by_role("button", name="Create the token").click()
    page.get_by_label("I have stored it").check()
    page.get_by_role("link", name="Done").click()
    row = page.get_by_role("row", name="short-lived")
    row.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke the key").click()
    expect(row).to_have_count(0)
    expect(page.get_by_role("status", name="What just happened")).to_contain_text("short-lived is revoked")
    assert rows.count() == before


def test_a_visibility_changes_as_soon_as_it_is_chosen(open_page: Callable[..., Page]):
    page = open_page("/northlight/settings/privacy", person="alice")
    choice = page.get_by_label("Visibility of fresh")
    expect(page.get_by_role("button", name="Change")).to_have_count(0)
    choice.select_option("restricted")
    expect(page.get_by_role("status", name="What just happened")).to_contain_text("fresh: restricted now")
    page.get_by_label("Visibility of fresh").select_option("team")
    expect(page.get_by_role("status", name="What just happened")).to_contain_text("fresh: team now")


def test_the_address_of_a_new_team_follows_the_typing(open_page: Callable[..., Page], served: Served):
    page = open_page("/teams/new", person="bob")
    page.get_by_label("Name").type("south light")
    expect(page.locator("address-preview")).to_have_text(f"{served.url}/south-light")


def test_a_passkey_is_added_and_signs_in_without_password(stranger: Page, served: Served):
    page, url = stranger, served.url.replace("127.0.0.1", "localhost")  # passkeys belong to names
    page.context.add_cookies([{"name": "carnet_session", "value": served.sessions["mallory"], "url": url}])
    _plug_in_a_key(page)
    page.goto(f"{url}/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("status", name="What just happened")).to_contain_text("A passkey was added.")
    page.context.clear_cookies()
    page.goto(f"{url}/accounts/login/?next=/settings/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Ways to sign in")).to_be_visible()


def _plug_in_a_key(page: Page) -> None:
    """Give the browser an authenticator that says yes. Browsers allow it on localhost and https only."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
