"""Bad input gets the status and sentence its protocol asks for, and leaves nothing half-written behind."""

import gzip
from typing import Any

import pytest
from django.test import Client

from apps.core import json
from apps.projects.models import Project
from apps.runs.models import AppendLog, Run, RunFile, RunPulse
from tests.api.asking import Caller
from tests.build import build_run, build_token, build_world
from tests.gateways.wandb.asking import ask, basic, post, upsert
from tests.pages import browser
from tests.runs.streaming import Streamer, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend]

DEEP = '{"a":' * 1_000 + "1" + "}" * 1_000
CREATE = """mutation C($run: String!, $files: [String!]!) {
  createRunFiles(input: {entityName: "northlight", projectName: "digits", runName: $run, files: $files}) {
    files { name uploadUrl } } }"""


def history(*rows: str, **also: Any) -> bytes:
    """A body with these rows after one that is good, so that half of it could be kept."""
    content = ['{"_step":0,"good":1}', *rows]
    return json.dumps({"files": {"wandb-history.jsonl": {"offset": 0, "content": content}, **also}})


def chunk(name: str, text: str) -> bytes:
    """A body whose good history comes before a chunk that is none."""
    return history().replace(b'{"files":{', b'{"files":{"%s":%s,' % (name.encode(), text.encode()))


@pytest.fixture
def world(transactional_db):
    return build_world()


@pytest.fixture
def run(world):
    return build_run(world.project, "r1", owner=world.bob)


@pytest.fixture
def key(world):
    return build_token(world.bob)


@pytest.fixture
def before(world, run):
    return kept()


def kept() -> tuple[int, ...]:
    """Count everything a request could have written."""
    sequence = sum(RunPulse.objects.values_list("seq", flat=True))
    return (
        Run.objects.count(),
        Project.objects.count(),
        AppendLog.objects.count(),
        RunFile.objects.count(),
        sequence,
    )


STREAMS = {
    "no JSON": (b'{"files":', 400, "The body cannot be read."),
    "no UTF-8": (b'{"files":"\xff\xfe"}', 400, "The body cannot be read."),
    "a list": (b"[1]", 400, "The body is no JSON object."),
    "a bare NaN": (b"NaN", 400, "The body is no JSON object."),
    "nested 100,000 deep": (b"[" * 100_000, 400, "The document is nested too deeply."),
    "files in a list": (b'{"files":[1]}', 400, "`files` is no JSON object."),
    "a chunk of null": (chunk("output.log", "null"), 400, "says nothing usable of output.log"),
    "lines of numbers": (chunk("output.log", '{"content":[1]}'), 400, "no list of texts"),
    "a negative offset": (chunk("output.log", '{"offset":-1,"content":["x"]}'), 400, "from 0 to 2^62"),
    "a huge offset": (chunk("output.log", '{"offset":4611686018427387904,"content":["x"]}'), 400, "from 0 to 2^62"),
    "an offset of NaN": (chunk("output.log", '{"offset":NaN,"content":["x"]}'), 400, "no whole number"),
    "a row that breaks off": (history('{"_step":1'), 400, "A line of the history cannot be read."),
    "a row in a list": (history("[1]"), 400, "A line of the history is no JSON object."),
    "a key of 10 kB": (history('{"_step":1,"%s":1}' % ("k" * 10_000)), 400, "1024 is the most."),
    "long keys joined": (history('{"_step":1,"%s":{"%s":1}}' % ("a" * 800, "b" * 800)), 400, "1024 characters"),
    "a row 1,000 deep": (history('{"_step":1,"a":%s}' % DEEP), 400, "nested more than 100 deep"),
    "a row 100,000 deep": (history('{"a":%s' % ("[" * 100_000)), 400, "nested too deeply"),
    "an integer of 5,000 digits": (history('{"_step":1,"a":%s}' % ("9" * 5_000)), 400, "cannot be read"),
    "a negative step": (history('{"_step":-1}'), 400, "from 0 to 2^62"),
    "a step beyond 64 bits": (history('{"_step":9223372036854775808}'), 400, "from 0 to 2^62"),
    "a step of NaN": (history('{"_step":NaN}'), 400, "must be a whole number"),
    "a step of a half": (history('{"_step":0.5}'), 400, "must be a whole number"),
    "a step of true": (history('{"_step":true}'), 400, "must be a whole number"),
    "a summary in a list": (chunk("wandb-summary.json", '{"content":["[1]"]}'), 400, "no JSON object"),
    "a summary too deep": (
        chunk("wandb-summary.json", json.dumps_text({"content": [DEEP]})),
        400,
        "nested more than 100 deep",
    ),
    "system metrics of text": (chunk("wandb-events.jsonl", '{"content":["x"]}'), 400, "cannot be read"),
    "a file outside": (b'{"uploaded":["../x"]}', 400, "no “..”, no absolute path"),
    "an absolute file": (b'{"uploaded":["/etc/passwd"]}', 400, "no “..”, no absolute path"),
    "a file with NUL": (b'{"uploaded":["a\\u0000b"]}', 400, "no NUL"),
    "a body over the limit": (b" " * (16 * 2**20 + 1), 413, "16 MiB"),
}


@pytest.mark.parametrize("case", STREAMS)
async def test_a_stream_refuses_the_whole_body(case, run, key, before):
    body, status, sentence = STREAMS[case]
    streamer = Streamer(run, key)
    answer = await streamer.send(body)
    assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.text[:300]
    assert "\n" not in answer.json()["detail"]
    assert await in_thread(kept) == before
    assert (await streamer.log({"_step": 0, "loss": 1})).status_code == 200, "the stream goes on"


BOMBS = {
    "a bomb": (gzip.compress(b" " * (65 * 2**20)), 413, "64 MiB unpacked"),
    "a gzip that breaks off": (gzip.compress(b"{}")[:-4], 400, "breaks off"),
    "no gzip": (b"{}", 400, "cannot be unpacked"),
    "gzip within gzip": (gzip.compress(gzip.compress(b"{}")), 400, "cannot be read"),
}


@pytest.mark.parametrize("case", BOMBS)
async def test_a_stream_unpacks_no_bomb(case, run, key, before):
    body, status, sentence = BOMBS[case]
    streamer = Streamer(run, key, headers={"Content-Encoding": "gzip"})
    answer = await streamer.send(body)
    assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.text[:300]
    assert await in_thread(kept) == before


GOOD = {
    "NaN and infinities": history('{"_step":1,"a":NaN,"b":Infinity,"c":-Infinity,"d":1e999}'),
    "an integer beyond 64 bits": history('{"_step":1,"a":1%s}' % ("0" * 400)),
    "a key given twice": history('{"_step":1,"a":1,"a":2}', '{"_step":1,"_step":2}'),
    "halves of characters": history(r'{"_step":1,"\ud800":"\udfff","a\u0000b":"\u0000"}'),
    "odd keys": history('{"_step":1,"":1,".":2,"a..b":3,"__proto__":{"x":1}}'),
    "binary in the console": chunk("output.log", r'{"content":["\u0000\u0001\u001b[31m\ud800\u007f\u0085"]}'),
    "a file nobody announced": b'{"uploaded":["never.txt"]}',
    "a chunk nobody knows": chunk("../../etc", '{"content":["x"]}'),
    "an exit code of a text": b'{"exitcode":"x"}',
}


@pytest.mark.parametrize("case", GOOD)
async def test_a_stream_takes_what_is_only_odd_and_gives_it_back(case, world, run, key):
    answer = await Streamer(run, key).send(GOOD[case])
    assert (answer.status_code, answer.json()) == (200, {"stopped": False})
    read = """{ project(name: "digits", entityName: "northlight") { run(name: "r1") {
        history historyKeys summaryMetrics logLines(last: 5) { edges { node { line } } } } } }"""
    assert (await in_thread(ask, world.bob, read)).status == 200
    assert await in_thread(lambda: browser(world.bob).get("/northlight/digits/runs/r1/charts").status_code) == 200
    assert await in_thread(lambda: browser(world.bob).get("/northlight/digits/runs/r1/logs").status_code) == 200


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("wrong", "northlight/digits/r1", 401),
        ("mallory", "northlight/digits/r1", 404),
        ("carol", "northlight/digits/r1", 403),
        ("bob", "nowhere/digits/r1", 404),
        ("bob", "northlight/nothing/r1", 404),
        ("bob", "northlight/digits/other", 404),
        ("bob", "northlight/digits/r%00", 404),
        ("bob", "northlight/di%00gits/r1", 404),
        ("bob", "north%00light/digits/r1", 404),
        ("bob", "northlight/digits/" + "r" * 3_000, 404),
        ("bob", "northlight/digits/%F0%9F%A6%8A", 404),
    ],
)
async def test_a_stream_says_whether_it_is_worth_trying_again(who, address, status, world, run, before):
    key = await in_thread(build_token, world.people[who]) if who in world.people else f"carnet-{'x' * 40}"
    answer = await Streamer(run, key, address=f"/files/{address}/file_stream").log({"_step": 0})
    assert answer.status_code == status, answer.text[:300]
    assert "\n" not in answer.json()["detail"]
    assert await in_thread(kept) == before


UPSERTS: dict[str, tuple[dict[str, Any], int]] = {
    "a foreign entity": ({"entity": "elsewhere", "project": "p", "name": "x"}, 404),
    "an unknown entity": ({"entity": "nowhere", "project": "p", "name": "x"}, 404),
    "an entity of NUL": ({"entity": "north\x00light", "project": "p", "name": "x"}, 404),
    "an entity of 10,000 characters": ({"entity": "e" * 10_000, "project": "p", "name": "x"}, 404),
    "a project with a slash": ({"entity": "northlight", "project": "a/b", "name": "x"}, 400),
    "a project of 10,000 characters": ({"entity": "northlight", "project": "p" * 10_000, "name": "x"}, 400),
    "a project of dots": ({"entity": "northlight", "project": "..", "name": "x"}, 400),
    "a run id with a slash": ({"entity": "northlight", "project": "digits", "name": "../x"}, 400),
    "a run id of blanks": ({"entity": "northlight", "project": "digits", "name": "   "}, 400),
    "a run id of 10,000 characters": ({"entity": "northlight", "project": "digits", "name": "r" * 10_000}, 400),
    "a config that breaks off": ({"entity": "northlight", "project": "new", "name": "x", "config": "{"}, 400),
    "a config 1,000 deep": ({"entity": "northlight", "project": "new", "name": "x", "config": DEEP}, 400),
    "a config with a key of 10 kB": (
        {"entity": "northlight", "project": "new", "name": "x", "config": '{"%s":{"value":1}}' % ("k" * 10_000)},
        400,
    ),
    "a summary in a list": ({"entity": "northlight", "project": "new", "name": "x", "summaryMetrics": "[]"}, 400),
    "a state that is none": ({"entity": "northlight", "project": "new", "name": "x", "state": "flying"}, 400),
    "the run of another team": ({"id": "UnVuOjE="}, 404),
    "an id that is none": ({"id": "🦊"}, 404),
}


@pytest.mark.parametrize("case", UPSERTS)
def test_a_mutation_is_refused_as_a_whole(case, world):
    variables, status = UPSERTS[case]
    before = kept()
    answer = upsert(world.bob, **variables)
    assert (answer.status, answer.data) == (status, None), answer.errors
    assert len(answer.errors) == 1
    assert "\n" not in answer.errors[0]
    assert kept() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'[{"query":"{viewer{username}}"}]', 400),
        (b'{"query":1}', 400),
        (b'{"query":"{"}', 400),
        (b'{"query":"{viewer{username}}","variables":[]}', 400),
        (b'{"query":"{viewer{username}}","variables":{"x":%s,"y":"\\u0000"}}' % DEEP.encode(), 400),
        (b"[" * 100_000, 400),
        (b'{"query":"\xff"}', 400),
    ],
)
def test_a_query_that_cannot_be_read_is_the_askers_mistake(body, status, world):
    answer = post(body, headers={"Authorization": basic(build_token(world.bob))})
    assert (answer.status, answer.data, len(answer.errors)) == (status, None, 1)


NAMES = ["../x", "a/../../x", "/etc/passwd", "..", ".", "", "a\x00b", "\ud800", "x" * 1_025, "🦊" * 1_000]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_stays_within_its_run_and_its_neighbours_are_not_announced_either(name, world, run):
    before = kept()
    key = build_token(world.bob)
    body = json.dumps_lenient({"query": CREATE, "variables": {"run": "r1", "files": ["good.txt", name]}})
    if name != "a\x00b":  # GraphQL shows a symbol in its place, as everywhere
        assert post(body, headers={"Authorization": basic(key)}).status in ({200} if name == "\ud800" else {400})
    if name != "\ud800":  # no half of a character survives its way in
        status, told = Caller(key=key).send(
            "POST", "projects/northlight/digits/runs/r1/files", {"paths": ["good.txt", name]}
        )
        assert status == 400, told
        assert kept() == before


@pytest.mark.parametrize("name", ["a b.txt", "ü🦊.txt", "a%2Fb", "#?&.txt", "-rf", "a\\b", "con"])
def test_an_odd_name_is_a_name(name, world, run):
    answer = ask(world.bob, CREATE, run="r1", files=[name])
    assert answer["createRunFiles"]["files"][0]["name"] == name


RESTS: dict[str, tuple[str, str, Any, int]] = {
    "a project with a colon": ("PUT", "projects/northlight/a:b", {}, 400),
    "a project of another team": ("PUT", "projects/elsewhere/x", {}, 404),
    "a project of NUL": ("PUT", "projects/northlight/x", {"description": "a\x00b"}, 400),
    "a field there is not": ("PUT", "projects/northlight/x", {"owner": "mallory"}, 400),
    "a list": ("PUT", "projects/northlight/x", [1], 400),
    "a page of minus one": ("GET", "projects/northlight/digits/runs?limit=-1", None, 400),
    "a page of millions": ("GET", "projects/northlight/digits/runs?limit=1000000", None, 400),
    "a cursor of another list": ("GET", "projects/northlight/digits/runs?cursor=x", None, 400),
    "a filter that is none": ("GET", "projects/northlight/digits/runs?filters=%7B", None, 400),
    "a NUL in the address": ("GET", "projects/northlight/dig%00its", None, 404),
    "a NUL in a run": ("GET", "projects/northlight/digits/runs/a%00b", None, 404),
    "a NUL in a file": ("GET", "projects/northlight/digits/runs/r1/files/a%00b", None, 404),
    "a NUL in an entity": ("GET", "projects/north%00light/digits", None, 404),
}


@pytest.mark.parametrize("case", RESTS)
def test_the_api_refuses_with_a_sentence(case, world, run):
    method, address, body, status = RESTS[case]
    before = kept()
    told, problem = Caller(world.bob).send(method, address, body)
    assert (told, problem["status"]) == (status, status), problem
    assert problem["detail"]
    assert kept() == before


@pytest.mark.parametrize("body", [b"{", b"[" * 5_000, b"\xff", b'{"a":1e999'])
def test_the_api_cannot_read_it_and_says_so(body, world):
    client = Client(HTTP_AUTHORIZATION=f"Bearer {build_token(world.bob)}", raise_request_exception=False)
    answer = client.put("/api/v1/projects/northlight/x", body, content_type="application/json")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "unreadable")


@pytest.mark.parametrize(
    "address",
    [
        "/north%00light",
        "/northlight/dig%00its",
        "/northlight/digits/runs/a%00b",
        "/northlight/digits/runs/r1/files/a%00b",
        "/northlight/digits?q=%00",
        "/runs?q=%00",
        "/runs?project=%00",
        "/search?q=%00",
        "/login/link?code=%00",
        "/northlight/digits/runs/r1/logs?q=%00",
    ],
)
def test_a_nul_in_an_address_breaks_no_page(address, world, run):
    client = browser(world.bob)
    client.raise_request_exception = False
    assert client.get(address).status_code in {200, 302, 400, 404}
