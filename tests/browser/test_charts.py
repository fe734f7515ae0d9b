"""Panels of one value per run are drawn by their pens, without a word from the content security policy."""

import pytest

PANELS = {
    "Bar Chart": ({"metrics": ["val/acc"], "groupBy": "lr"}, ".bar-row"),
    "Scalar Chart": ({"metrics": ["val/acc"], "groupAgg": "mean"}, ".scalar .figure"),
    "Scatter Plot": ({"xAxis": "config:lr.value", "yAxis": "summary:val/acc"}, ".pen-plot canvas"),
    "Parallel Coordinates Plot": (
        {"columns": [{"accessor": "config:lr.value"}, {"accessor": "run:state"}, {"accessor": "summary:val/acc"}]},
        ".paxis .pname",
    ),
}
SHOW = """([viewType, config]) => {
    const view = document.createElement("panel-view");
    const src = "/api/v1/projects/northlight/digits/panel-data";
    const scene = { src, run_sets: [{ id: "all", selections: { root: 1, tree: [] } }], settings: {} };
    Object.assign(view, { panel: { __id__: "1", viewType, config }, scene });
    view.style.setProperty("display", "block");
    document.querySelector("main").replaceChildren(view);
}"""


@pytest.mark.parametrize("kind", PANELS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_panel_is_drawn_and_told(open_page, kind, theme):
    config, drawn = PANELS[kind]
    page = open_page("/northlight/digits", theme=theme)
    page.evaluate(SHOW, [kind, config])
    page.locator(drawn).first.wait_for()
    page.locator("panel-view .panel").press("t")
    page.locator("panel-view table tbody tr").first.wait_for()


def test_a_brush_counts_the_runs_within_it(open_page):
    page = open_page("/northlight/digits")
    page.evaluate(SHOW, ["Parallel Coordinates Plot", PANELS["Parallel Coordinates Plot"][0]])
    page.locator(".pname").nth(2).press("ArrowUp")
    page.get_by_text("runs brushed").wait_for()
    heard = page.evaluate(
        """() => new Promise((found) => {
            addEventListener("panel-filter", (event) => found(event.detail.filters), { once: true });
            document.querySelector(".pen-foot button").click();
        })"""
    )
    assert [condition["op"] for condition in heard["filters"]] == [">=", "<="]
