"""What users upload and name is shown, and does nothing else."""

import re

import httpx
import pytest

from apps.core import json
from apps.core.blobs import blob_store
from apps.core.blobs.asgi import application
from apps.runs.actions.digest import digest_run
from apps.runs.actions.files import announce_files, complete_files
from apps.runs.models import RunFile
from apps.runs.queries.files import file_path
from apps.teams.actions import update_team
from tests.build import build_run, build_world, principal
from tests.pages import browser
from tests.runs.pages.build import build_file
from tests.runs.streaming import append, console, events, history, summary

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend]

EVIL = "\"><img src=x onerror=alert(1)>'</script><svg onload=1>{{7*7}}"
PAGES = ["", "/charts", "/system", "/logs", "/files", "/code"]
FILES = {
    "big.json": b'{"a":1%s}' % (b"0" * 400),
    "deep.json": b"[" * 300 + b"]" * 300,
    "deeper.json": b"[" * 900 + b"]" * 900,
    "deepest.json": b"[" * 50_000,
    "nan.json": b"[NaN,1e999]",
    "half.json": b'["\\ud800"]',
    "wide.table.json": json.dumps({"columns": [EVIL, 1], "data": [[EVIL, {"a": EVIL}], [1], []]}),
    "deep.table.json": b'{"columns":["a"],"data":[[%s]]}' % (b"[" * 400 + b"]" * 400),
    "long.csv": (EVIL + "," + EVIL + "\n" + "q" * 200_000).encode(),
    "evil.md": EVIL.encode(),
    "evil.html": b"<script>alert(1)</script>",
    "evil.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "binary.txt": b"\xff\xfe\x00\x1b[31m",
}


def is_harmless(page: str) -> bool:
    inline = re.search(r'<script(?![^>]*(?:\bsrc=|type="application/json"))[^>]*>', page)
    address = re.search(r'\b(?:href|src|action)="\s*(?:javascript|data:text)', page)
    return not (
        inline or address or "<img src=x" in page or "<svg onload" in page or re.search(r'<[^>]+\sstyle="', page)
    )


def test_hostile_names_are_text_on_every_page():
    world = build_world()
    run = build_run(
        world.project, "r1", config={EVIL: EVIL, "n": {EVIL: [EVIL]}}, display_name=EVIL[:60], tags=[EVIL[:60]],
        notes=f"# {EVIL}\n[x](javascript:alert(1)) ![i](http://evil.example/x.png)", group=EVIL[:60],
        job_type=EVIL[:60], host=EVIL[:60], program=EVIL[:60], repo="javascript:alert(1)",
    )  # fmt: skip
    append(
        run,
        history(*({"_step": step, EVIL: step} for step in range(3))),
        events({"_runtime": 1.0, f"system.{EVIL}": 1}),
        console(EVIL, "\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07"),
        summary(**{EVIL: EVIL}),
    )
    digest_run(run.pk)
    build_file(run, EVIL.replace("/", "_"), b"x")
    update_team(world.team, description=EVIL, actor=principal(world.alice))
    client = browser(world.alice)
    own = [f"/northlight/digits/runs/r1{page}" for page in PAGES]
    for address in ["/", "/runs", "/northlight", "/northlight/digits", "/northlight/settings", *own]:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        assert is_harmless(answer.content.decode()), address
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy, address


@pytest.mark.parametrize("name", FILES)
def test_any_file_can_be_looked_at(name):
    world = build_world()
    run = build_run(world.project, "r1")
    build_file(run, name, FILES[name])
    answer = browser(world.carol).get(f"/northlight/digits/runs/r1/files/{name}")
    assert answer.status_code == 200
    assert is_harmless(answer.content.decode())


async def fetch(method: str, address: str, content: bytes = b"") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://carnet") as client:
        return await client.request(method, address, content=content)


def bytes_of(response: httpx.Response) -> tuple[int, bytes]:
    return response.status_code, response.content


@pytest.fixture
def announced():
    """A run, and the address to which its file is sent."""
    world = build_world()
    run = build_run(world.project, "r1", owner=world.bob)
    return run, announce_files(run, ["evil.html"], actor=principal(world.bob))[0].put_path


@pytest.fixture
def completed(announced):
    run, address = announced
    file = RunFile.objects.get(run=run)
    blob_store().write(file.announced_key, [b"<script>alert(1)</script>"])
    assert complete_files(run, ["evil.html"]) == 1
    file.refresh_from_db()
    return address, file_path(file)


async def test_uploaded_html_runs_no_script(completed):
    _, address = completed
    answer = await fetch("GET", address)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_complete_bytes_cannot_be_written_over(completed):
    """An upload address lives for a day, longer than its holder's membership perhaps."""
    put, get = completed
    refused = await fetch("PUT", put, b"other bytes")
    assert refused.status_code == 409
    assert bytes_of(await fetch("GET", get)) == (200, b"<script>alert(1)</script>")
    again = await fetch("PUT", put, b"<script>alert(1)</script>")
    assert again.status_code == 200, "the same bytes once more do no harm"


async def test_bytes_may_be_sent_anew_until_they_are_complete(announced):
    _, put = announced
    for content in (b"one", b"two"):
        assert (await fetch("PUT", put, content)).status_code == 200


@pytest.mark.parametrize("change", ["&scripts=1", "&type=text/html", "&name=x.svg"])
async def test_an_address_cannot_be_widened(change, completed):
    _, get = completed
    assert (await fetch("GET", get + change)).status_code == 403


async def test_an_address_is_for_its_method(completed):
    put, get = completed
    assert (await fetch("GET", put)).status_code == 403
    assert (await fetch("PUT", get, b"x")).status_code == 403
    assert (await fetch("DELETE", get)).status_code == 405
