"""How a workspace of 200 runs and 50 panels feels in Chromium: first charts, frames while scrolling, JavaScript before.

python -m benchmarks.workspace [--runs 200] [--panels 50] [--steps 200] [--repeats 5]
"""

import argparse
import sys
import tempfile
import time
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from benchmarks._figures import Figure, tell
from benchmarks._machine import ROOT, database
from benchmarks._served import carnet, filled
from tests.requires import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("panel-view canvas")) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.firstChart = performance.now(); }));
}).observe(document, { subtree: true, childList: true });
"""
SCRIPTS = """() => performance.getEntriesByType("resource")
  .filter((each) => each.name.endsWith(".js") && each.responseEnd <= window.firstChart).map((each) => each.name)"""
SCROLL = """(seconds) => new Promise((done) => {
  const boxes = [...document.querySelectorAll("work-space *"), document.scrollingElement];
  const room = (box) => box.scrollHeight - box.clientHeight;
  const scrolls = (box) => box === document.scrollingElement || /auto|scroll/.test(getComputedStyle(box).overflowY);
  const box = boxes.filter(scrolls).sort((a, b) => room(b) * b.clientWidth - room(a) * a.clientWidth)[0];
  const times = [];
  let way = 20;
  const step = (now) => {
    times.push(now);
    if (box.scrollTop + way < 0 || box.scrollTop + way > room(box)) way = -way;
    box.scrollTop += way;
    if (now - times[0] < seconds * 1000) requestAnimationFrame(step);
    else done({ times, room: room(box) });
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--panels", type=int, default=50)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    if not chromium():
        print("without Chromium: name it in CARNET_TEST_CHROMIUM", file=sys.stderr)
        return
    with (
        tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder,
        database("SQLite", folder, "carnet") as at,
        carnet(at, folder) as server,
    ):
        entity, project, session = filled(server, "workspace", given.runs, given.panels, given.steps)
        measure(f"http://127.0.0.1:{server.port}", f"/{entity}/{project}/workspace", session, given.repeats)


def measure(server: str, path: str, session: str, repeats: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "carnet_session", "value": session, "url": server}])
        context.add_init_script(WATCH)
        page = context.new_page()
        took = [_open(page, server + path) for _ in range(repeats + 1)]
        print(f"first navigation {took[0]:.2f} s, then {min(took[1:]):.2f} to {max(took[1:]):.2f} s")
        tell(Figure("workspace, first charts", sorted(took[1:])[repeats // 2], "s", 1))
        tell(Figure("JavaScript before the first chart, gzip", _script_bytes(page.evaluate(SCRIPTS)) / 1e3, "kB", 250))
        seen = page.evaluate(SCROLL, 10)
        assert seen["room"] > 2_000, "There was nothing to scroll."
        rate, slowest = _rates([each / 1e3 for each in seen["times"]])
        print(f"slowest second {slowest} frames")
        tell(Figure("workspace, frames a second while scrolling", rate, "frames/s", 50, False))
        browser.close()


def _open(page: Any, address: str) -> float:
    """Return the seconds from the start of a navigation to its first chart."""
    page.goto(address)
    deadline = time.monotonic() + 60
    while not (told := page.evaluate("window.firstChart")):
        if time.monotonic() > deadline:
            raise SystemExit("No chart came.")
        page.wait_for_timeout(50)
    return float(told) / 1e3


def _script_bytes(names: list[str]) -> int:
    """Return how much these scripts weigh, as they are kept compressed."""
    files = [ROOT / "static/dist" / urlsplit(name).path.partition("/dist/")[2] for name in names if "/dist/" in name]
    assert files, f"Scripts come from elsewhere: {names[:3]}"
    print(f"{len(files)} scripts: {', '.join(sorted(PurePosixPath(file).name for file in files))}")
    zipped = [file.with_name(f"{file.name}.gz") for file in files]
    return sum((each if each.exists() else file).stat().st_size for each, file in zip(zipped, files, strict=True))


def _rates(times: list[float]) -> tuple[float, int]:
    """Return frames a second over all, and how many the slowest whole second had."""
    began = times[0]
    counts = [0] * int(times[-1] - began)
    for each in times:
        if (second := int(each - began)) < len(counts):
            counts[second] += 1
    return (len(times) - 1) / (times[-1] - began), min(counts)


if __name__ == "__main__":
    main()
