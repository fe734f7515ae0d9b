"""A served Carnet with a few runs in it, and Chromium."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from apps.core import json
from tests.requires import ROOT, chromium, requires

START_SECONDS = 60
JSON = {"Content-Type": "application/json"}
ARGUMENTS = """--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync
--no-first-run""".split()
COLLECT = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""


@dataclass(frozen=True)
class Served:
    """Where the server is, who is signed in to it, and a key of Bob's."""

    url: str
    sessions: dict[str, str]
    key: str
    steps: Iterator[int] = field(default_factory=lambda: count(200))

    def stream(self, run: str, *, files: dict[str, Any] | None = None, **more: Any) -> None:
        """Send to a run what its client would send."""
        body = ({"files": files} if files else {}) | more
        self.post(f"/files/northlight/digits/{run}/file_stream", body)

    def log(self, run: str, **values: float) -> None:
        """Log at a step past all before: tests come in any order, and the last value is the one that is shown."""
        step = next(self.steps)
        row = json.dumps_text({"_step": step, "_runtime": step * 1.5} | values)
        self.stream(run, files={"wandb-history.jsonl": {"offset": step, "content": [row]}})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", path, body)

    def put(self, path: str, body: dict[str, Any]) -> None:
        self._send("PUT", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        auth = ("api", self.key)
        answer = httpx.request(method, self.url + path, content=json.dumps(body), headers=JSON, auth=auth, timeout=30)
        assert answer.is_success, answer.text
        return json.loads(answer.content) if answer.content else None


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve northlight's world, with runs in every state, from a data folder of its own."""
    requires("browser")
    folder = tmp_path_factory.mktemp("served")
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.prod", "CARNET_DATA_DIR": str(folder)}
    environment |= {"PORT": str(port), "CARNET_LOG_LEVEL": "warning"}
    _run(environment, "manage.py", "migrate", "--verbosity", "0")
    seeded = json.loads(_run(environment, "-m", "tests.browser.seed").splitlines()[-1])
    with (folder / "server.log").open("wb") as out:
        command = [sys.executable, "manage.py", "serve"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, server, folder / "server.log")
        yield Served(url, seeded["sessions"], seeded["key"])
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    requires("browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(served: Served, chrome: Browser) -> Iterator[Callable[..., Page]]:
    """Return `open_page(path, person="bob", theme="light", width=1280)`; errors of a page fail its test at the end.

    With `may_miss` the page may ask for what is gone: a run that is deleted while it is shown.
    """
    contexts: list[Any] = []
    problems: list[str] = []

    def heard(path: str, said: Any, *, may_miss: bool) -> None:
        if said.type == "error" and not (may_miss and "404" in said.text):
            problems.append(f"{path}: {said.text}")

    def opened(
        path: str, *, person: str = "bob", theme: Any = "light", width: int = 1280, may_miss: bool = False
    ) -> Page:
        context = chrome.new_context(color_scheme=theme, viewport={"width": width, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "carnet_session", "value": served.sessions[person], "url": served.url}])
        context.add_init_script(COLLECT)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{path}: {error}"))
        page.on("console", lambda said: heard(path, said, may_miss=may_miss))
        page.goto(served.url + path)
        return page

    yield opened
    for context in contexts:
        problems += [violation for page in context.pages for violation in page.evaluate("window.violations")]
        context.close()
    assert not problems, problems


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def _run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text(encoding='utf-8')[-3000:]}", pytrace=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
