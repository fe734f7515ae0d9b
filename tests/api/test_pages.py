"""The pages about the API: how to call it, and the reference in a real browser under our policy."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from tests.api.asking import Caller
from tests.build import build_user
from tests.requires import chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => broken.push(event.violatedDirective, event.blockedURI));
"""


@pytest.mark.django_db
def test_the_page_shows_this_servers_address(settings):
    settings.CARNET_EXTERNAL_URL = "https://carnet.example.org"
    page = Client().get("/api/v1/").content.decode()
    assert "https://carnet.example.org/api/v1/me" in page
    assert "Authorization: Bearer" in page


@pytest.mark.django_db
def test_a_program_is_pointed_to_the_description():
    status, told = Caller(build_user()).get("/api/v1/", format="")
    assert status == 200
    answer = Client(HTTP_ACCEPT="application/json").get("/api/v1/")
    assert answer.json() == {
        "description": "http://testserver/api/v1/schema/",
        "documentation": "http://testserver/api/v1/docs/",
    }
    assert told


@pytest.mark.django_db
def test_the_description_is_kept_by_browsers_for_a_while():
    answer = Client().get("/api/v1/schema/")
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json"
    assert "max-age=300" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_every_operation_has_a_tag_a_summary_and_its_refusals():
    paths = Client().get("/api/v1/schema/").json()["paths"]
    operations = [operation for methods in paths.values() for operation in methods.values() if "responses" in operation]
    assert len(operations) > 50
    for operation in operations:
        assert operation["tags"], operation["operationId"]
        assert operation["summary"], operation["operationId"]
    for operation in operations:
        if {"204", "201", "200"} & set(operation["responses"]) and "404" not in operation["responses"]:
            assert operation["operationId"] in {"get_files_zip", "get_console_text"}, operation["operationId"]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


@pytest.mark.browser
def test_the_reference_works_under_our_policy(server: str, page: Page):
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.add_init_script(WATCH)
    page.goto(f"{server}/api/v1/docs/")
    page.wait_for_selector(".opblock")
    page.click("#operations-projects-get_projects .opblock-summary")
    page.click("#operations-projects-get_projects .try-out__btn")
    page.click("#operations-projects-get_projects .execute")
    page.wait_for_selector("#operations-projects-get_projects .live-responses-table")
    assert '"items": []' in page.inner_text("#operations-projects-get_projects .live-responses-table")
    assert page.evaluate("broken") == []
    assert told == []
