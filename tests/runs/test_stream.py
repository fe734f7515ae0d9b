"""What a client streams is durable when it is answered, and what cannot be taken is refused in one sentence."""

import asyncio
import gzip
import zlib

import pytest
from django.test import override_settings

from apps.core import json
from apps.core.jobs.models import Job
from apps.projects.actions import update_project
from apps.runs import actions as runs
from apps.runs.history.lines import unpack
from apps.runs.models import AppendLog, HistoryKey, Run, RunPulse, RunState, Stream
from tests.build import build_project, build_run, build_token, build_user, build_world, principal
from tests.runs.streaming import Streamer, in_thread, lines

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend]


@pytest.fixture
def world(transactional_db):
    return build_world()


@pytest.fixture
def run(world):
    return build_run(world.project, owner=world.bob)


@pytest.fixture
def client(world, run):
    return Streamer(run, build_token(world.bob))


def kept(run: Run, stream: Stream) -> list[bytes]:
    batches = AppendLog.objects.filter(run=run, stream=stream).order_by("seq")
    return [line for batch in batches for line in unpack(bytes(batch.payload))]


async def test_rows_are_there_when_they_are_acknowledged(client, run):
    answer = await client.log({"_step": 0, "loss": 1.5}, {"_step": 1, "loss": float("nan")})
    assert (answer.status_code, answer.json()) == (200, {"stopped": False})
    assert await in_thread(kept, run, Stream.HISTORY) == [b'{"_step":0,"loss":1.5}', b'{"_step":1,"loss":NaN}']


async def test_all_streams_of_one_body_get_one_sequence_number(client, run):
    body = {
        "files": {
            "wandb-history.jsonl": {"offset": 0, "content": lines({"_step": 3, "loss": 1})},
            "wandb-events.jsonl": {"offset": 7, "content": lines({"_runtime": 1, "system.cpu": 3})},
            "wandb-summary.json": {"offset": 0, "content": lines({"loss": 2}, {"loss": 1})},
            "output.log": {"offset": 5, "content": ["one\n", "two"]},
            "unheard-of": {"offset": 0, "content": ["x"]},
        }
    }
    assert (await client.send(body, zipped=True)).status_code == 200
    rows = await in_thread(
        lambda: list(AppendLog.objects.filter(run=run).order_by("stream").values_list("seq", "offset"))
    )
    assert rows == [(1, 0), (1, 7), (1, 5), (1, 0)]
    assert await in_thread(kept, run, Stream.SUMMARY) == [b'{"loss":1}']
    assert await in_thread(kept, run, Stream.CONSOLE) == [b"one", b"two"]


async def test_an_empty_body_is_a_heartbeat(client, run):
    before = await in_thread(lambda: RunPulse.objects.get(run=run).last_seen_at)
    assert (await client.send({})).status_code == 200
    pulse = await in_thread(lambda: RunPulse.objects.get(run=run))
    assert pulse.last_seen_at > before
    assert not await in_thread(AppendLog.objects.filter(run=run).exists)


async def test_many_at_once_are_all_kept(client, run, world):
    others = [await in_thread(build_run, world.project) for _ in range(3)]
    key = await in_thread(build_token, world.bob)
    clients = [client, *(Streamer(other, key) for other in others)]
    answers = await asyncio.gather(*(one.log({"_step": step, "x": step}) for step in range(50) for one in clients))
    assert {answer.status_code for answer in answers} == {200}
    for one in (run, *others):
        found = await in_thread(kept, one, Stream.HISTORY)
        assert sorted(json.loads(line)["x"] for line in found) == list(range(50))
        seqs = await in_thread(lambda one=one: list(AppendLog.objects.filter(run=one).values_list("seq", flat=True)))
        assert sorted(seqs) == list(range(1, 51))


async def test_new_rows_order_one_digest(client, run):
    for step in range(5):
        await client.log({"_step": step})
    assert await in_thread(Job.objects.filter(kind="runs.digest", key=f"run.{run.pk}").count) == 1


async def test_complete_ends_the_run_and_takes_the_summary_over(client, run):
    files: dict = {"wandb-summary.json": {"offset": 0, "content": ['{"loss":0.25}']}}
    files["wandb-history.jsonl"] = {"offset": 0, "content": ['{"_step":3,"loss":0.25}']}
    body = {"files": files, "complete": True, "exitcode": 0}
    assert (await client.send(body)).status_code == 200
    await in_thread(run.refresh_from_db)
    assert (run.state, run.exit_code, run.summary) == (RunState.FINISHED, 0, {"loss": 0.25})
    fact = await in_thread(lambda: HistoryKey.objects.get(run=run, key="loss"))
    assert (fact.last, fact.last_step) == (0.25, 3)
    assert (await client.send(body)).status_code == 200  # the answer was lost: once more
    await in_thread(run.refresh_from_db)
    assert run.state == RunState.FINISHED


@pytest.mark.parametrize(("exit_code", "state"), [(1, "failed"), (255, "failed"), ("odd", "failed"), (2**40, "failed")])
async def test_another_exit_code_is_a_failure(client, run, exit_code, state):
    await client.send({"complete": True, "exitcode": exit_code})
    await in_thread(run.refresh_from_db)
    assert run.state == state


async def test_who_was_asked_to_stop_hears_it_and_ends_as_killed(client, run, world):
    await in_thread(lambda: runs.stop_run(run, actor=principal(world.bob)))
    assert (await client.send({})).json() == {"stopped": True}
    await client.send({"complete": True, "exitcode": 255})
    await in_thread(run.refresh_from_db)
    assert run.state == RunState.KILLED


@pytest.mark.parametrize("state", ["finished", "failed", "crashed", "killed", "pending", "preempted"])
async def test_data_for_a_run_that_is_over_resume_it(client, run, state):
    await in_thread(lambda: Run.objects.filter(pk=run.pk).update(state=state))
    assert (await client.log({"_step": 1})).status_code == 200
    await in_thread(run.refresh_from_db)
    assert run.state == RunState.RUNNING
    assert len(await in_thread(kept, run, Stream.HISTORY)) == 1


async def test_preempting_is_noted(client, run):
    await client.send({"preempting": True})
    await in_thread(run.refresh_from_db)
    assert run.state == RunState.PREEMPTING
    await client.log({"_step": 0})
    await in_thread(run.refresh_from_db)
    assert run.state == RunState.PREEMPTING


# Who may not


async def test_a_wrong_key_is_401(run, world):
    assert (await Streamer(run, "carnet-" + "x" * 40).log({"_step": 0})).status_code == 401
    assert (await Streamer(run, "").log({"_step": 0})).status_code == 401


async def test_who_may_only_see_is_403_and_a_stranger_404(run, world):
    carol, mallory = [await in_thread(build_token, person) for person in (world.carol, world.mallory)]
    assert (await Streamer(run, carol).log({"_step": 0})).status_code == 403
    assert (await Streamer(run, mallory).log({"_step": 0})).status_code == 404


async def test_an_unknown_run_is_404_and_a_deleted_one_410(client, run, world):
    elsewhere = Streamer(run, await in_thread(build_token, world.bob), address=client.address.replace(run.name, "none"))
    assert (await elsewhere.log({"_step": 0})).status_code == 404
    assert (await client.log({"_step": 0})).status_code == 200
    await in_thread(lambda: runs.delete_run(run, actor=principal(world.alice)))
    assert (await client.log({"_step": 1})).status_code == 410
    assert len(await in_thread(kept, run, Stream.HISTORY)) == 1


async def test_a_run_deleted_behind_our_memory_is_410(client, run):
    assert (await client.log({"_step": 0})).status_code == 200
    await in_thread(lambda: Run.objects.filter(pk=run.pk).update(deleted_at="2026-01-01T00:00Z"))
    assert (await client.log({"_step": 1})).status_code == 410


async def test_names_may_hold_slashes(world):
    person = await in_thread(build_user)
    project = await in_thread(build_project, world.team, "a project")
    run = await in_thread(build_run, project, "r1")
    address = f"/files/{world.team.entity.name}/a%20project/r1/file_stream"
    assert (
        await Streamer(run, await in_thread(build_token, world.bob), address=address).log({"_step": 0})
    ).status_code == 200
    odd = address.replace("r1", "r%2F1")
    assert (await Streamer(run, await in_thread(build_token, person), address=odd).log({"_step": 0})).status_code == 404


@override_settings(CARNET_RATE_LIMITS={"file_stream": 4, "api": 0})
async def test_too_many_requests_are_429_and_told_beforehand(client, run):
    answers = [await client.send({}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "ratelimit-remaining" not in answers[0].headers
    assert [answer.headers["ratelimit-remaining"] for answer in answers[2:4]] == ["1", "0"]
    assert 0 < int(answers[4].headers["retry-after"]) <= 60


# What cannot be taken

DEEP = '{"a":' * 1000 + "1" + "}" * 1000
BAD_LINES = {
    "a key too long": ('{"_step":12,"' + "k" * 10_000 + '":1}', "kkkkkkkkkkkkkkkkkkkkkkkk…"),
    "nested too deep": ('{"_step":7,"a":' + DEEP + "}", "deep"),
    "nested 101 deep": ('{"_step":7,"a":' + '{"a":' * 101 + "1" + "}" * 101 + "}", "step 7"),
    "joined key too long": ('{"_step":1,' + "".join(f'"{"k" * 700}":{{' for _ in range(2)) + '"a":1}}}', "too long"),
    "no JSON": ('{"_step":', "cannot be read"),
    "no object": ("[1,2]", "no JSON object"),
    "a text as step": ('{"_step":"x"}', "_step"),
    "a step below 0": ('{"_step":-1}', "-1"),
    "a step beyond all": ('{"_step":99999999999999999999}', "_step"),
}


@pytest.mark.parametrize("case", BAD_LINES)
async def test_a_bad_row_is_400_and_nothing_of_its_body_is_kept(client, run, case):
    line, told = BAD_LINES[case]
    body = {
        "files": {
            "output.log": {"offset": 0, "content": ["before"]},
            "wandb-history.jsonl": {"offset": 0, "content": ['{"_step":0}', line]},
        }
    }
    answer = await client.send(body)
    assert answer.status_code == 400
    assert told in answer.json()["detail"], answer.json()["detail"]
    assert len(answer.json()["detail"]) < 200
    assert not await in_thread(AppendLog.objects.filter(run=run).exists)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1]",
        b"\xff\xfe",
        b'{"files":[1]}',
        b'{"files":{"output.log":[]}}',
        b'{"files":{"output.log":{"offset":-1,"content":["x"]}}}',
        b'{"files":{"output.log":{"offset":true,"content":["x"]}}}',
        b'{"files":{"output.log":{"offset":0,"content":[1]}}}',
        b'{"uploaded":[1]}',
        b'{"uploaded":["../x"]}',
        b'{"files":{"output.log":{"offset":99999999999999999999,"content":["x"]}}}',
    ],
)
async def test_a_broken_body_is_400(client, run, body):
    answer = await client.send(body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


async def test_broken_gzip_is_400(client):
    for content in (b"no gzip", gzip.compress(b"{}")[:-4]):
        answer = await client.http.post(client.address, content=content, headers={"Content-Encoding": "gzip"})
        assert answer.status_code == 400
    answer = await client.http.post(client.address, content=b"{}", headers={"Content-Encoding": "br"})
    assert answer.status_code == 400


async def test_a_bomb_is_413(client):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * 2**20) for _ in range(70)) + packer.flush()
    answer = await client.http.post(client.address, content=bomb, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert "64 MiB" in answer.json()["detail"]


async def test_a_body_over_the_limit_is_413(client):
    assert (await client.send(b'{"x":"' + b"y" * (16 * 2**20) + b'"}')).status_code == 413


async def test_odd_console_text_is_kept_safely(client, run):
    body = rb'{"files":{"output.log":{"offset":0,"content":["nul \u0000 half \ud800 \ud83d\ude00","\u001b[1mansi\r"]}}}'
    assert (await client.send(body)).status_code == 200
    first, second = await in_thread(kept, run, Stream.CONSOLE)
    assert first.decode() == "nul ␀ half \ufffd 😀"
    assert second == b"\x1b[1mansi\r"


async def test_a_row_without_step_takes_its_place_in_the_file(client, run):
    body = {"files": {"wandb-history.jsonl": {"offset": 4, "content": ['{"a":1}', '{"a":2,"_step":6.0}']}}}
    assert (await client.send(body)).status_code == 200
    assert [json.loads(line)["_step"] for line in await in_thread(kept, run, Stream.HISTORY)] == [4, 6]


async def test_z01_a_project_that_keeps_no_console_drops_new_lines(client, run, world):
    body = {"files": {"output.log": {"offset": 0, "content": ["one"]}}}
    assert (await client.send(body)).status_code == 200
    await in_thread(lambda: update_project(run.project, actor=principal(world.alice), console_capture=False))
    body["files"]["output.log"] = {"offset": 1, "content": ["two"]}
    assert (await client.send(body)).status_code == 200
    assert await in_thread(kept, run, Stream.CONSOLE) == [b"one"]
