"""The run table in Chromium: ten thousand runs without a page, all of them chosen, sorted, grouped, filtered."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served

pytestmark = [pytest.mark.slow, pytest.mark.browser]
TABLE = "/northlight/many/table"
COLUMNS = "run:state,run:createdAt,config:lr,metric:acc:max"


@pytest.fixture
def table(open_page: Callable[..., Page]) -> Page:
    page = open_page(f"{TABLE}?columns={COLUMNS}", person="alice")
    expect(page.locator("run-table tbody tr").first).to_be_visible()
    expect(page.locator("run-table [data-line]").first).to_be_visible()
    return page


def names(page: Page) -> list[str]:
    return page.locator("run-table td.name a").all_text_contents()


def scroll(page: Page, top: int) -> None:
    page.locator(".tablewrap").evaluate("(box, top) => box.scrollTo({ top })", top)


def test_t11_ten_thousand_runs_scroll_without_paging_and_without_jumping(table: Page):
    height = table.locator(".tablewrap").evaluate("(box) => box.scrollHeight")
    assert height > 10_000 * 30
    assert names(table)[0] == "heron-9999"
    scroll(table, 5000 * 30)
    expect(table.locator('[data-line="5003"] td.name a')).to_have_text("heron-4996")
    assert table.locator("run-table tbody tr").count() < 120
    assert table.locator(".tablewrap").evaluate("(box) => [box.scrollTop, box.scrollHeight]") == [5000 * 30, height]
    scroll(table, height)
    expect(table.locator('[data-line="9999"] td.name a')).to_have_text("heron-0")


def test_t12_one_box_chooses_all_and_says_how_many_are_not_loaded(table: Page):
    chosen = table.evaluate_handle(
        """() => { window.told = []; document.addEventListener("runs-chosen", (event) => told.push(event.detail)); }"""
    )
    table.get_by_label("Choose all matching runs").check()
    bar = table.get_by_role("region", name="Chosen runs")
    expect(bar).to_contain_text("All 10\u2009000 matching runs selected, 9\u2009900 not loaded yet")
    table.get_by_label("Choose heron-9998").uncheck()
    expect(bar).to_contain_text("9\u2009999 runs selected")
    bar.get_by_role("button", name="Tag").click()
    (told,) = table.evaluate("told")
    assert (told["action"], told["uids"], len(told["except"]), told["count"]) == ("tag", None, 1, 9999)
    chosen.dispose()


def test_z19_a_column_shows_last_or_max_and_the_order_follows(table: Page):
    head = table.locator("th", has_text="acc")
    head.get_by_role("button").click()
    menu = table.get_by_role("menu", name="acc, max")
    expect(menu.locator(".menu-item", has_text="Maximum").first).to_contain_text("9\u2009999")
    menu.get_by_role("menuitemradio", name="Sort ascending").click()
    expect(table.locator('[data-line="0"] td.name a')).to_have_text("heron-0")
    assert "order=%2Bmetric" in table.url
    head.get_by_role("button").click()
    table.get_by_role("menuitemradio", name="Last").click()
    expect(head.locator(".how")).to_have_text("last")
    expect(table.locator('[data-line="3"] td').last).to_have_text("1.5")
    table.go_back()
    expect(head.locator(".how")).to_have_text("max")


def test_z07_runs_are_children_of_their_group_and_job_type(table: Page):
    table.locator(".tablebar").get_by_role("button", name="Group").click()
    table.get_by_role("button", name="Group, then job type").click()
    table.keyboard.press("Escape")
    group = table.locator("tr.group", has_text="sweep-1")
    expect(group).to_contain_text("2\u2009500 runs")
    inner = table.locator("tr.group", has_text="eval").first
    inner.get_by_role("button").click()
    expect(table.locator("tr.more").first).to_contain_text("Show the other")
    expect(table.locator("td.name a").first).to_be_visible()


def test_a_filter_is_built_and_reads_as_a_sentence(table: Page):
    table.locator(".tablebar").get_by_role("button", name="Filter").click()
    table.get_by_role("button", name="Add condition").click()
    table.get_by_placeholder("Search columns").fill("lr")
    expect(table.get_by_role("menuitemcheckbox")).to_have_count(1)
    table.get_by_role("menuitemcheckbox", name="lr").click()
    table.get_by_label("Value of config.lr").fill("3")
    table.get_by_label("Value of config.lr").press("Tab")
    expect(table.locator("filter-builder footer")).to_contain_text("2\u2009000 of 10\u2009000 runs")
    table.keyboard.press("Escape")
    expect(table.locator(".filterchips")).to_contain_text("config.lr is 3")
    expect(table.locator(".tablebar")).to_contain_text("2\u2009000 of 10\u2009000 runs")
    table.reload()
    expect(table.locator(".filterchips")).to_contain_text("config.lr is 3")


def test_a_name_is_changed_in_place(table: Page, served: Served):
    cell = table.locator('[data-line="4"] td.name')
    cell.locator("a").focus()
    run = str(cell.locator("a").get_attribute("href")).rpartition("/")[2]
    table.keyboard.press("F2")
    field = cell.get_by_label("Name")
    field.fill("renamed in place")
    with table.expect_response(lambda answer: answer.request.method == "PATCH"):
        field.press("Enter")
    expect(cell.locator("a")).to_have_text("renamed in place")
    answer = httpx.get(f"{served.url}/api/v1/projects/northlight/many/runs/{run}", auth=("api", served.key))
    assert answer.json()["display_name"] == "renamed in place"


def test_a_new_run_appears_without_moving_the_reader(table: Page, served: Served):
    scroll(table, 2000 * 30)
    expect(table.locator('[data-line="2005"] td.name a')).to_be_visible()
    served.post("/api/v1/projects/northlight/many/runs", {"name": "fresh-one", "display_name": "fresh one"})
    expect(table.locator(".tablebar")).to_contain_text("10\u2009001", timeout=15_000)
    assert table.locator(".tablewrap").evaluate("(box) => box.scrollTop") == 2000 * 30
    address = f"{served.url}/api/v1/projects/northlight/many/runs/fresh-one"
    assert httpx.delete(address, auth=("api", served.key)).status_code == 204


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_table_passes_axe_and_fits(open_page: Callable[..., Page], axe_source: str, theme: str, width: int):
    page = open_page(f"{TABLE}?columns={COLUMNS}&group=config:lr&order=-metric:acc:max", theme=theme, width=width)
    expect(page.locator("tr.group").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document.querySelector('main'), {runOnly: ['wcag2a', 'wcag2aa']})")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
