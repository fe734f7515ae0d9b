"""Line panels in a real browser: no spike is lost, zooming in reaches single points, and panels look together."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.core import json
from tests.browser.conftest import Served

SOON = 15_000  # milliseconds
STEPS, SPIKE = 6_000, 3_123
SHOW = """
(configs) => {
    const flow = document.createElement("div");
    flow.className = "panel-flow";
    document.querySelector("main").replaceChildren(flow);
    const src = "/api/v1/projects/northlight/digits/panel-data";
    const run_sets = [{ id: "1", name: "Spiky", selections: { root: 0, tree: ["stopped"] } }];
    const scene = { src, run_sets, settings: {} };
    for (const config of configs) {
        const view = document.createElement("panel-view");
        const panel = { __id__: "1", viewType: "Run History Line Plot", config };
        Object.assign(view, { panel, scene, sync: "all" });
        flow.append(view);
    }
}
"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def spiky(served: Served) -> Served:
    """A run of one metric that is 1 but for a single step."""
    for start in range(0, STEPS, 1_000):
        rows = [
            json.dumps_text({"_step": step, "spiky/loss": 99.0 if step == SPIKE else 1.0, "spiky/other": step / STEPS})
            for step in range(start, start + 1_000)
        ]
        served.stream("stopped", files={"wandb-history.jsonl": {"offset": start, "content": rows}})
    return served


def show(open_page: Open, *configs: dict[str, object]) -> tuple[Page, list[Locator]]:
    page = open_page("/northlight/digits")
    page.evaluate(SHOW, list(configs))
    views = page.locator("panel-view").all()
    for view in views:
        expect(view.locator("canvas")).to_be_visible(timeout=SOON)
    return page, views


def drag(page: Page, view: Locator, start: float, end: float) -> None:
    """Draw a range over the plot, from and to a share of its width."""
    box = view.locator(".u-over").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, middle, steps=5)
    page.mouse.up()


def rows_of(view: Locator) -> list[list[str]]:
    """Return the cells of the panel's table."""
    view.locator(".panel").press("t")
    expect(view.locator("tbody tr").first).to_be_visible(timeout=SOON)
    rows = [row.locator("td").all_inner_texts() for row in view.locator("tbody tr").all()]
    view.locator(".panel").press("t")
    return rows


def test_a_spike_of_one_step_is_drawn(open_page: Open, spiky: Served):
    _, [view] = show(open_page, {"metrics": ["spiky/loss"]})
    expect(view.get_by_role("img")).to_have_attribute("aria-label", re.compile("from 1 to 99,"))
    top = view.locator("canvas").evaluate(
        """(canvas) => {
            const { width, height } = canvas;
            const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            for (let y = 0; y < height; y += 1)
                for (let x = 60; x < width; x += 1) {
                    const [red, green, blue] = pixels.slice(4 * (y * width + x), 4 * (y * width + x) + 3);
                    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) return y / height;
                }
            return 1;
        }"""
    )
    assert top < 0.2  # colour reaches to where 99 lies, far above the line at 1


def test_zooming_in_reaches_single_points_and_takes_neighbours_along(open_page: Open, spiky: Served):
    page, [first, second] = show(open_page, {"metrics": ["spiky/loss"]}, {"metrics": ["spiky/other"]})
    drag(page, first, 0.50, 0.54)
    expect(first.locator("header .unit")).to_contain_text("steps 2\u2009", timeout=SOON)
    expect(second.locator("header .unit")).to_contain_text("steps 2\u2009", timeout=SOON)
    page.wait_for_load_state("networkidle")
    rows = dict(row[:2] for row in rows_of(first))
    assert rows[f"3\u2009{SPIKE % 1000}"] == "99"
    assert rows[f"3\u2009{SPIKE % 1000 - 1}"] == rows[f"3\u2009{SPIKE % 1000 + 1}"] == "1"
    second.locator(".panel").press("0")
    expect(first.locator("header .unit")).not_to_contain_text("steps", timeout=SOON)


def test_the_tooltip_stands_beside_the_pointer_and_the_crosshair_in_all(open_page: Open, spiky: Served):
    page, [first, second] = show(open_page, {"metrics": ["spiky/loss"]}, {"metrics": ["spiky/other"]})
    box = first.locator(".u-over").bounding_box()
    assert box is not None
    at = box["x"] + box["width"] * 0.3
    page.mouse.move(at, box["y"] + 40)
    tip = first.locator(".chart-tip")
    expect(tip).to_contain_text("step 1\u2009")
    place = tip.bounding_box()
    assert place is not None
    assert place["x"] > at or place["x"] + place["width"] < at
    expect(second.locator(".chart-tip")).to_have_count(0)
    line = second.locator(".u-cursor-x").evaluate("(line) => new DOMMatrix(getComputedStyle(line).transform).m41")
    assert line == pytest.approx(second.locator(".u-over").evaluate("(over) => over.clientWidth") * 0.3, abs=4)


def test_the_crosshair_moves_by_keyboard_and_is_told(open_page: Open, spiky: Served):
    _, [view] = show(open_page, {"metrics": ["spiky/other"]})
    view.locator(".panel").press("ArrowRight")
    expect(view.locator("p[aria-live]")).to_contain_text("step 0: tall-merlin-5 0")
    view.locator(".panel").press("ArrowRight")
    expect(view.locator("p[aria-live]")).not_to_contain_text("step 0:")
