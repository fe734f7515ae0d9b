"""The workspace in a real browser: what people do with runs and charts, and what is still there afterwards."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.browser.test_every_page import AXE, RULES

PAGE = "/northlight/digits/workspace"
SOON = 15_000  # milliseconds
SAVED = re.compile(r"/workspaces/mine$")

Open = Callable[..., Page]


def opened(open_page: Open, person: str = "bob", path: str = PAGE, **more: object) -> Page:
    page = open_page(path, person=person, **more)
    expect(page.locator("panel-view canvas").first).to_be_visible(timeout=SOON)
    return page


def titles(page: Page, section: str = "val") -> list[str]:
    headed = page.locator("panel-section").filter(has=page.get_by_role("heading", name=section, exact=True, level=2))
    return headed.locator(".panel-place h3").all_inner_texts()


def panel(page: Page, title: str) -> Locator:
    return page.locator(".panel-place").filter(has=page.get_by_role("heading", name=title, exact=True, level=3))


def width_of(place: Locator) -> float:
    box = place.bounding_box()
    assert box
    return box["width"]


def choose(page: Page, title: str, command: str) -> None:
    """Take something from the menu of a panel."""
    panel(page, title).hover()
    panel(page, title).locator(".panel-more").click()
    page.get_by_role("menuitem", name=re.compile(f"^{command}")).locator("visible=true").click()


def saving(page: Page):
    """Wait for the save that follows what is done inside."""
    return page.expect_response(lambda answer: bool(SAVED.search(answer.url)) and answer.request.method == "PUT")


def run(page: Page, name: str) -> Locator:
    return page.locator(".runs li", has_text=name)


def test_hiding_a_run_takes_its_line_away_and_is_kept_over_a_reload(open_page: Open):
    page = opened(open_page)
    swatch = run(page, "slow-smew-2").locator(".swatch")
    expect(swatch).to_have_attribute("aria-pressed", "true")
    count = page.locator(".runs li").count()  # another test may have added a run
    with page.expect_response("**/panel-data"), saving(page):
        swatch.click()
    expect(swatch).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".runlist-head")).to_contain_text(f"{count - 1} of {count} drawn")
    page.reload()
    expect(run(page, "slow-smew-2").locator("button.swatch")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Control+z")  # nothing to take back after a reload
    expect(page.locator("toast-list")).not_to_contain_text("Taken back")
    with saving(page):
        run(page, "slow-smew-2").locator("button.swatch").click()


def test_undo_takes_a_removed_panel_back(open_page: Open):
    page = opened(open_page, "alice")
    with saving(page):
        choose(page, "extra/m0", "Remove")
    assert "extra/m0" not in titles(page, "extra")
    page.get_by_role("button", name="Undo").click()
    expect(panel(page, "extra/m0")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(panel(page, "extra/m0")).to_have_count(0)
    with saving(page):
        page.keyboard.press("Control+z")
    expect(panel(page, "extra/m0")).to_be_visible()
    page.reload()
    expect(panel(page, "extra/m0")).to_be_visible()


def test_j08_grouping_by_a_key_groups_the_list_and_the_charts(open_page: Open):
    page = opened(open_page, "carol")
    page.get_by_role("button", name="Group", exact=True).click()
    page.get_by_label("State", exact=True).check()
    expect(page.locator(".runlist-head")).to_contain_text("groups drawn", timeout=SOON)
    expect(panel(page, "val/acc").locator(".unit")).to_contain_text("mean per state", timeout=SOON)
    page.keyboard.press("Escape")
    page.locator(".runs li.group", has_text="state: running").locator(".row-link").click()
    expect(run(page, "brisk-heron-1")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Grouped by")).click()
    with saving(page):
        page.get_by_label("Not grouped").click()
    expect(panel(page, "val/acc").locator(".unit")).not_to_contain_text("mean", timeout=SOON)


def test_search_over_panels_finds_by_words_and_by_expression(open_page: Open):
    page = opened(open_page)
    page.get_by_label("Find a panel").fill("extra/m0")
    expect(page.locator(".panel-place")).to_have_count(1)
    page.get_by_label("Find a panel").fill("^val/|train/loss$")
    expect(page.locator(".panel-place")).to_have_count(2)
    page.get_by_label("Find a panel").fill("nothing like it")
    page.get_by_role("button", name="Show all panels").click()
    expect(panel(page, "val/acc")).to_be_visible()


def test_the_editor_changes_a_panel_on_apply_only(open_page: Open):
    page = opened(open_page, "alice")
    choose(page, "train/loss", "Edit")
    editor = page.get_by_role("dialog", name="Edit panel")
    editor.get_by_text("Axes", exact=True).click()
    editor.get_by_role("group", name="y scale").get_by_role("button", name="Log").click()
    expect(editor.locator("panel-view .unit")).to_contain_text("log", timeout=SOON)
    expect(panel(page, "train/loss").locator(".unit")).not_to_contain_text("log")
    with saving(page):
        editor.get_by_role("button", name="Apply").click()
    expect(panel(page, "train/loss").locator(".unit")).to_contain_text("log", timeout=SOON)
    page.reload()
    expect(panel(page, "train/loss").locator(".unit")).to_contain_text("log", timeout=SOON)


def test_a_panel_is_added_with_the_keys_chosen_for_it(open_page: Open):
    page = opened(open_page, "alice")
    page.get_by_role("button", name="Add panel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Line")).click()
    editor = page.get_by_role("dialog", name="Add panel")
    editor.get_by_label("val/acc", exact=True).check()
    editor.get_by_label("train/loss", exact=True).check()
    expect(editor.locator("canvas")).to_be_visible(timeout=SOON)
    with saving(page):
        editor.get_by_role("button", name="Add", exact=True).click()
    expect(panel(page, "val/acc, train/loss")).to_be_visible(timeout=SOON)


def test_panels_are_dragged_by_their_head_and_sized_by_their_corner(open_page: Open):
    page = opened(open_page, "dan", "/northlight/secret/workspace")
    before = titles(page, "extra")
    head, target = panel(page, before[0]).locator("header"), panel(page, before[1])
    target.scroll_into_view_if_needed()
    start, end = head.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 40, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] * 0.9, end["y"] + 60, steps=8)
    with saving(page):
        page.mouse.up()
    assert titles(page, "extra")[:2] == [before[1], before[0]]
    place = panel(page, before[1])
    width = width_of(place)
    place.hover()
    corner = place.locator(".panel-corner").bounding_box()
    assert corner
    page.mouse.move(corner["x"] + 9, corner["y"] + 9)
    page.mouse.down()
    page.mouse.move(corner["x"] + 9 + width * 0.6, corner["y"] + 60, steps=8)
    with saving(page):
        page.mouse.up()
    assert width_of(place) > width * 1.3
    page.reload()
    expect(place).to_be_visible()
    assert width_of(place) > width * 1.3


def test_panels_are_moved_by_keyboard(open_page: Open):
    page = opened(open_page, "mallory", "/northlight/shown/workspace")
    before = titles(page, "extra")
    panel(page, before[0]).locator("panel-view > .panel").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("panel-section h3").filter(has_text=before[0])).to_have_count(1)
    assert titles(page, "extra")[:2] == [before[1], before[0]]


def test_a_saved_view_is_seen_by_a_colleague_under_its_address(open_page: Open):
    page = opened(open_page, "alice")
    with saving(page):
        page.get_by_label("Smoothing").first.fill("0.9")
    expect(panel(page, "val/acc").locator(".unit")).to_contain_text("smoothed 0.9", timeout=SOON)
    page.get_by_role("button", name="My workspace").click()
    page.get_by_role("menuitem", name="Save as new view").click()
    page.get_by_role("textbox", name="Name of the view").fill("Smooth herons")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/workspace?nw=*")
    address = page.url.removeprefix(page.url.split("/northlight")[0])
    theirs = opened(open_page, "carol", address)
    expect(theirs.get_by_role("button", name="Smooth herons")).to_be_visible()
    expect(panel(theirs, "val/acc").locator(".unit")).to_contain_text("smoothed 0.9", timeout=SOON)
    theirs.get_by_label("Smoothing").first.fill("0")
    expect(theirs.get_by_text("changed for you only")).to_be_visible()
    theirs.get_by_role("button", name="Reset").click()
    expect(panel(theirs, "val/acc").locator(".unit")).to_contain_text("smoothed 0.9", timeout=SOON)


def test_r33_lines_grow_while_auto_refresh_is_on_and_stop_when_it_is_off(open_page: Open, served: Served):
    page = opened(open_page, "bob")
    value = run(page, "brisk-heron-1").locator(".v")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.unchanged = true")
    with page.expect_response("**/panel-data", timeout=SOON):
        served.log("running", **{"val/acc": 1.25})
    expect(value).to_have_text("1.25", timeout=SOON)
    page.get_by_role("switch", name="Auto-refresh").uncheck()
    page.wait_for_timeout(2500)  # what was under way
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "panel-data" in request.url else None)
    served.log("running", **{"val/acc": 1.5})
    page.wait_for_timeout(4000)
    assert asked == []
    with page.expect_response("**/panel-data", timeout=SOON):
        page.get_by_role("switch", name="Auto-refresh").check()
    expect(value).to_have_text("1.50", timeout=SOON)
    assert page.evaluate("window.unchanged")


def test_a_link_to_a_panel_opens_it_enlarged(open_page: Open):
    page = opened(open_page)
    name = panel(page, "extra/m0").get_attribute("data-panel")
    page.goto(page.url.split("#")[0] + f"#panel={name}")
    page.reload()
    expect(page.locator(".panel:popover-open")).to_contain_text("extra/m0", timeout=SOON)
    page.keyboard.press("Escape")
    expect(page.locator(".panel:popover-open")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("#panel"))


def view_of(served: Served, name: str) -> str:
    """Save a view of all runs for all; returns its address."""
    views = "/api/v1/projects/northlight/digits/workspaces"
    made = served.post(views, {"name": name, "spec": {"section": {"runSets": [{"id": "runs"}]}}})
    return f"{PAGE}?nw={made['slug']}"


def test_r30_a_panel_is_added_to_another_view_as_it_looks_here(open_page: Open, served: Served):
    source, target = view_of(served, "Rough"), view_of(served, "For the talk")
    page = opened(open_page, "bob", source)
    page.get_by_label("Smoothing").first.fill("0.7")  # and nobody saves it
    panel(page, "extra/m1").scroll_into_view_if_needed()
    expect(panel(page, "extra/m1").locator(".unit")).to_contain_text("smoothed 0.7", timeout=SOON)
    choose(page, "extra/m1", "Add to")
    sheet = page.get_by_role("dialog", name="Add the panel to")
    expect(sheet.get_by_role("menuitem", name="Rough")).to_have_count(0)
    sheet.get_by_role("menuitem", name="For the talk").click()
    toast = page.locator("toast-list")
    expect(toast).to_contain_text("extra/m1 added to For the talk.")
    toast.get_by_role("link", name="Open").click()
    page.wait_for_url(f"**{target}#panel=*")
    landed = page.locator(".panel:popover-open")
    expect(landed.locator(".unit")).to_contain_text("smoothed 0.7", timeout=SOON)
    page.keyboard.press("Escape")
    expect(panel(page, "extra/m1")).to_have_count(2)
    expect(panel(page, "extra/m1").first.locator(".unit")).not_to_contain_text("smoothed")


def test_r30_a_panel_that_was_added_is_taken_back(open_page: Open, served: Served):
    target = view_of(served, "By mistake")
    page = opened(open_page, "bob")
    panel(page, "val/acc").locator("panel-view > .panel").focus()
    page.keyboard.press("f")
    enlarged = page.locator(".panel:popover-open")
    enlarged.locator(".panel-more").click()
    page.get_by_role("menuitem", name=re.compile("^Add to")).locator("visible=true").click()
    page.get_by_role("menuitem", name="By mistake").click()
    toast = page.locator("toast-list")
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("val/acc taken out of By mistake again.")
    page = opened(open_page, "carol", target)
    expect(panel(page, "val/acc")).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_open_editor_and_menus_are_accessible(open_page: Open, axe_source: str, theme: str):
    page = opened(open_page, "alice", theme=theme)
    page.evaluate(axe_source)
    choose(page, "val/acc", "Edit")
    expect(page.get_by_role("dialog").locator("canvas")).to_be_visible(timeout=SOON)
    page.wait_for_timeout(400)
    assert page.evaluate(AXE, RULES) == []
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Group", exact=True).click()
    page.wait_for_timeout(400)
    assert page.evaluate(AXE, RULES) == []
    page.keyboard.press("Escape")
    choose(page, "val/acc", "Add to")
    page.wait_for_timeout(400)
    assert page.evaluate(AXE, RULES) == []


def test_on_a_phone_the_runs_are_a_drawer(open_page: Open):
    page = opened(open_page, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(run(page, "slow-smew-2")).to_be_hidden()
    page.get_by_role("button", name="Runs", exact=True).click()
    expect(run(page, "slow-smew-2")).to_be_visible()
    page.get_by_role("button", name="Close the runs").click()
    expect(run(page, "slow-smew-2")).to_be_hidden()
