"""Runs are moved, deleted and brought back on the page, each time with what it means said before."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served

SOON = 15_000  # milliseconds
CHOOSE = """detail => document.body.dispatchEvent(new CustomEvent("runs-chosen", { bubbles: true, detail }))"""

Open = Callable[..., Page]


def build(served: Served, name: str, project: str = "moving") -> None:
    served.put(f"/api/v1/projects/northlight/{project}", {})
    served.post(f"/api/v1/projects/northlight/{project}/runs", {"name": name, "display_name": name})


def choose(page: Page, action: str, **detail: object) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate(CHOOSE, {"action": action, "uids": None, "filters": {}, "count": 1, **detail})


def test_t13_a_run_is_moved_from_its_menu_and_the_page_follows(open_page: Open, served: Served):
    build(served, "wanderer")
    page = open_page("/northlight/moving/runs/wanderer")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Move to another project").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("combobox")
    expect(field).to_be_focused()
    field.fill("bob/landing")
    dialog.get_by_role("option", name="Create bob/landing").click()
    expect(dialog).to_contain_text("3 people will not see them any more.", timeout=SOON)
    expect(dialog).to_contain_text("Old addresses lead to the new ones.")
    dialog.get_by_role("button", name="Move 1 run").click()
    expect(page).to_have_url(f"{served.url}/bob/landing/runs/wanderer", timeout=SOON)


def test_t14_a_target_one_may_not_write_to_is_not_offered(open_page: Open, served: Served):
    build(served, "stays")
    page = open_page("/northlight/moving/runs/stays")
    choose(page, "move")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("secret")
    expect(dialog.get_by_role("option", name="Create northlight/secret")).to_be_visible(timeout=SOON)
    expect(dialog.get_by_role("option", name="northlight/secret", exact=True)).to_have_count(0)


def test_deleted_runs_come_back_from_the_message_and_from_the_trash(open_page: Open, served: Served):
    build(served, "fleeting", "passing")
    page = open_page("/northlight/passing/runs/fleeting", may_miss=True)
    page.locator("run-actions").evaluate("element => element.removeAttribute('reloads')")
    choose(page, "delete")
    dialog = page.get_by_role("alertdialog", name="Delete 1 run?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    dialog.get_by_role("button", name="Delete 1 run").click()
    page.locator("toast-list").get_by_role("button", name="Undo").click()
    expect(page.locator("toast-list")).to_contain_text("1 run is back.", timeout=SOON)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete the run").click()
    expect(page.locator("toast-list")).to_contain_text("is in the trash for 30 days.")
    page.goto(f"{served.url}/northlight/passing/trash")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("toast-list")).to_contain_text("1 run is back.")
    expect(page.get_by_text("The trash is empty")).to_be_visible()


def test_tags_are_changed_by_keyboard_and_taken_back(open_page: Open, served: Served):
    build(served, "tagged", "tagging")
    page = open_page("/northlight/tagging/runs/tagged")
    page.locator("run-actions").evaluate("element => element.removeAttribute('reloads')")
    choose(page, "tag")
    page.keyboard.type("paper")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Tag 1 run").click()
    expect(page.locator("toast-list")).to_contain_text("The tags of 1 run are changed", timeout=SOON)
    page.locator("toast-list").get_by_role("button", name="Undo").click()
    expect(page.locator("toast-list")).to_contain_text("1 run is as before.", timeout=SOON)
