"""Pages keep up with what happens, and people act on it, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served

PROJECT = "/northlight/digits"
RUN = f"{PROJECT}/runs/running"
SOON = 15_000  # milliseconds

Open = Callable[..., Page]


def watching(page: Page) -> None:
    """Wait until the page hears of changes, and mark it, so that a reload would show."""
    page.wait_for_load_state("networkidle")
    page.evaluate("window.unchanged = true")


def is_unchanged(page: Page) -> bool:
    return bool(page.evaluate("window.unchanged"))


def test_summary_charts_and_counts_grow_without_a_jump(open_page: Open, served: Served):
    page = open_page(RUN)
    watching(page)
    page.evaluate("window.scrollTo(0, 400)")
    before = page.evaluate("window.scrollY")
    served.log("running", **{"val/acc": 0.98765, "train/loss": 0.0123, "brand/new": 7.0})
    row = page.locator(".summarytable tr", has_text="val/acc")
    expect(row).to_contain_text("0.98765", timeout=SOON)
    expect(page.locator("line-panel", has_text="val/acc").locator(".now")).to_have_text("0.98765", timeout=SOON)
    expect(page.locator(".summarytable")).to_contain_text("brand/new", timeout=SOON)
    assert page.evaluate("window.scrollY") == before
    assert is_unchanged(page)


def test_a_filtered_table_stays_filtered_while_it_grows(open_page: Open, served: Served):
    for number in range(5):
        served.log("running", **{f"more/m{number}": 1.0})
    page = open_page(RUN)
    watching(page)
    page.get_by_label("Find a key").fill("acc")
    expect(page.locator(".summarytable tbody tr:visible")).to_have_count(1)
    served.log("running", **{"val/acc": 0.4321, "more/m0": 2.0})
    expect(page.locator(".summarytable tr", has_text="val/acc")).to_contain_text("0.4321", timeout=SOON)
    page.wait_for_timeout(500)
    expect(page.locator(".summarytable tbody tr:visible")).to_have_count(1)


def test_a_metric_logged_later_gets_its_chart(open_page: Open, served: Served):
    page = open_page(f"{RUN}/charts")
    watching(page)
    served.log("running", **{"late/metric": 1.5})
    expect(page.locator("line-panel", has_text="late/metric")).to_be_visible(timeout=SOON)
    assert is_unchanged(page)


def test_z02_console_follows_and_links_to_a_line(open_page: Open, served: Served):
    page = open_page(f"{RUN}/logs")
    watching(page)
    line = "2026-11-20T09:10:00.000000 here comes the last line"
    served.stream("running", files={"output.log": {"offset": 3, "content": [line]}})
    expect(page.locator("console-log")).to_contain_text("here comes the last line", timeout=SOON)
    page = open_page(f"{PROJECT}/runs/failed/logs#L4")
    expect(page.locator(".l[data-target]")).to_contain_text("Traceback", timeout=SOON)


def test_stop_asks_first_and_the_end_is_seen_without_reload(open_page: Open, served: Served):
    page = open_page(f"{PROJECT}/runs/stopped")
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Stop tall-merlin-5?")
    dialog.get_by_role("button", name="Let it run").click()
    expect(page.get_by_text("Stop requested")).not_to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop the run").click()
    expect(page.get_by_text("Stop requested")).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).not_to_be_visible()
    watching(page)
    served.stream("stopped", complete=True, exitcode=255)
    expect(page.locator(".titlerow .state")).to_have_text("Killed", timeout=SOON)
    assert is_unchanged(page)


def test_an_empty_project_opens_its_first_run_by_itself(open_page: Open, served: Served):
    page = open_page("/northlight/fresh")
    expect(page.get_by_text("Waiting for the first point")).to_be_visible()
    page.wait_for_load_state("networkidle")
    served.post("/api/v1/projects/northlight/fresh/runs", {"name": "first", "display_name": "first light"})
    page.wait_for_url(re.compile("/northlight/fresh/runs/first$"), timeout=SOON)
    expect(page.get_by_role("heading", name="first light")).to_be_visible()


def test_typing_narrows_the_list_and_the_address_carries_it(open_page: Open):
    page = open_page(PROJECT)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.keyboard.type("smew")
    expect(page.locator(".runstable tbody tr")).to_have_count(1, timeout=SOON)
    expect(page.locator(".runstable")).to_contain_text("slow-smew-2")
    assert page.evaluate("document.activeElement.id") == "run-words"
    expect(page).to_have_url(re.compile(r"\?q=smew$"))
    page.reload()
    expect(page.locator(".runstable tbody tr")).to_have_count(1)


def test_a_condition_is_added_and_taken_away(open_page: Open):
    page = open_page(PROJECT)
    page.wait_for_load_state("networkidle")
    page.locator(".filterbox summary").click()
    page.get_by_label("Field").fill("config.lr")
    page.get_by_label("Comparison").select_option(">")
    page.get_by_label("Value").fill("5")
    page.get_by_role("button", name="Add this condition").click()
    expect(page.get_by_text("No run matches this condition")).to_be_visible(timeout=SOON)
    page.get_by_label("Remove config.lr > 5").click()
    expect(page.locator(".runstable")).to_contain_text("slow-smew-2", timeout=SOON)


def test_new_runs_appear_in_the_list(open_page: Open, served: Served):
    page = open_page(PROJECT)
    watching(page)
    served.post(f"/api/v1/projects{PROJECT}/runs", {"name": "newest", "display_name": "new-heron-9"})
    expect(page.locator(".runstable")).to_contain_text("new-heron-9", timeout=SOON)
    assert is_unchanged(page)


def test_rows_are_reached_and_opened_by_keyboard(open_page: Open):
    page = open_page(f"{PROJECT}?order=%2Bdisplay_name")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.keyboard.press("j")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize(("item", "dialog"), [("Rename", "Rename the run"), ("Delete", "Delete slow-smew-2?")])
def test_more_actions_open_their_dialogs(open_page: Open, item: str, dialog: str):
    page = open_page(f"{PROJECT}/runs/finished")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=item).click()
    expect(page.get_by_role("heading", name=dialog)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name=dialog)).not_to_be_visible()


def test_tags_and_notes_are_edited_in_place(open_page: Open):
    page = open_page(f"{PROJECT}/runs/finished")
    page.locator(".tags summary").click()
    page.get_by_label("Tags, parted by commas").fill("paper, best")
    page.locator(".tags").get_by_role("button", name="Save").click()
    expect(page.locator(".tags .chip")).to_have_text(["paper", "best"])
    page.locator(".notescard summary").click()
    page.get_by_label("Notes, in Markdown").fill("Try **ema** next.")
    page.locator(".notescard").get_by_role("button", name="Save").click()
    expect(page.locator(".notestext strong")).to_have_text("ema")


@pytest.mark.parametrize(
    ("place", "link", "name"),
    [
        ("/logs", "Download log", "running"),
        ("/files", "All as zip", "running.zip"),
        ("/files/eval/per_class.csv", "Download", "per_class.csv"),
    ],
)
def test_logs_and_files_are_taken_away(open_page: Open, place: str, link: str, name: str):
    page = open_page(RUN + place)
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile(f"^{link}")).last.click()
    assert name in taken.value.suggested_filename
    assert taken.value.path().stat().st_size > 10


def test_pages_work_without_scripts(served: Served, chrome):
    context = chrome.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "carnet_session", "value": served.sessions["bob"], "url": served.url}])
    page = context.new_page()
    page.goto(f"{served.url}{PROJECT}")
    page.locator("#run-words").fill("smew")
    page.locator("#run-words").press("Enter")
    expect(page.locator(".runstable tbody tr")).to_have_count(1)
    page.locator(".runstable a.row-link").click()
    expect(page.locator(".summarytable")).to_contain_text("val/acc")
    page.get_by_role("link", name="Logs").click()
    expect(page.locator("console-log pre")).to_contain_text("epoch 2")
    context.close()
