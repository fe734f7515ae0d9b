"""What holds for every page of projects and runs: the content policy, accessibility in both themes, narrow screens."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

RUN = "/northlight/digits/runs/running"
PAGES = [
    "/northlight/digits",
    "/northlight/digits/workspace",
    "/northlight/fresh/workspace",
    "/northlight/digits?q=nothing-like-this",
    "/northlight/fresh",
    RUN,
    "/northlight/digits/trash",
    "/northlight/digits/runs/finished",
    "/northlight/digits/runs/failed",
    "/northlight/digits/runs/crashed",
    f"{RUN}/charts",
    f"{RUN}/system",
    f"{RUN}/logs",
    f"{RUN}/files",
    f"{RUN}/files/media/images/confusion.png",
    f"{RUN}/files/eval/per_class.csv",
    f"{RUN}/files/model.pt",
    f"{RUN}/code",
    f"{RUN}/code/diff.patch",
    "/northlight/digits/runs/finished/files",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules});
    const shown = (rule) => rule.nodes.slice(0, 4).map((node) => `    ${node.html.slice(0, 160)}`);
    return found.violations.map((rule) => [`${rule.id}: ${rule.help}`, ...shown(rule)].join("\\n"));
}"""


def settle(page: Page) -> None:
    """Wait until elements have drawn what they fetched."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_obeys_the_policy_and_fits_a_phone(
    open_page: Callable[..., Page], axe_source: str, path: str
):
    page = open_page(path)
    settle(page)
    page.evaluate(axe_source)
    assert page.evaluate(AXE, RULES) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)  # colours change over 100 ms
    assert page.evaluate(AXE, RULES) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_check_itself_finds_what_is_wrong(open_page: Callable[..., Page], axe_source: str):
    page = open_page(RUN)
    page.evaluate(axe_source)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert "button-name" in "".join(page.evaluate(AXE, RULES))


@pytest.mark.parametrize("path", [RUN, "/northlight/digits", f"{RUN}/files"])
def test_a_viewer_gets_the_same_page_without_buttons(open_page: Callable[..., Page], path: str):
    page = open_page(path, person="carol")
    settle(page)
    assert page.locator("main form[method=post]").count() == 0
