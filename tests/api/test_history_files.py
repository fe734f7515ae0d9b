"""Histories for notebooks: pandas, pyarrow and curl as people call them, over real HTTP."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import httpx
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pyarrow import ipc

from apps.runs.models import Run
from tests.api.asking import Caller
from tests.build import build_token, build_world
from tests.runs.streaming import append, history

GUIDE = Path(__file__).resolve().parents[2] / "docs/api/README.md"
RUN = "projects/northlight/digits/runs/k3x9q2ab"


@pytest.fixture
def world(transactional_db):
    world = build_world()
    for number, name in enumerate(["k3x9q2ab", "other"]):
        body = {"name": name, "config": {"lr": 0.1 * (number + 1)}}
        assert Caller(world.bob).send("POST", "projects/northlight/digits/runs", body)[0] == 201
        rows = [{"_step": step, "loss": 1 / (step + 1), "acc": step, "note": "é"} for step in range(100)]
        append(Run.objects.get(name=name), history(*rows))
    return world


@pytest.fixture
def key(world) -> str:
    return build_token(world.carol, scopes=["read"])


@pytest.fixture
def carnet(server: str, key: str):
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{server}/api/v1/", headers=headers, timeout=30) as client:
        yield client


def test_pandas_reads_an_address_with_a_token_in_a_header(server: str, key: str):
    headers = {"Authorization": f"Bearer {key}"}
    frame = pd.read_parquet(f"{server}/api/v1/{RUN}/history.parquet", storage_options=headers)
    assert list(frame.columns) == ["_step", "_timestamp", "_runtime", "acc", "loss", "note"]
    assert frame["loss"].tolist() == [1 / (step + 1) for step in range(100)]
    assert (frame["acc"].dtype, frame["acc"].sum()) == ("int64", 4950)
    same = pd.read_csv(f"{server}/api/v1/{RUN}/history?format=csv&keys=acc,loss", storage_options=headers)
    pd.testing.assert_frame_equal(same[["acc", "loss"]], frame[["acc", "loss"]])


def test_urllib_reads_what_it_asks_for_by_suffix_or_format(server: str, key: str):
    for address in (
        f"{RUN}/history.arrow?min_step=10&max_step=19",
        f"{RUN}/history?format=arrow&min_step=10&max_step=19",
    ):
        request = Request(f"{server}/api/v1/{address}", headers={"Authorization": f"Bearer {key}"})
        with urlopen(request) as answer:
            assert answer.headers["Content-Type"] == "application/vnd.apache.arrow.stream"
            assert answer.headers["Cache-Control"] == "no-store"
            assert ipc.open_stream(answer).read_all()["_step"].to_pylist() == list(range(10, 20))


def test_columns_come_as_json(carnet: httpx.Client):
    told = carnet.get(f"{RUN}/history", params={"format": "json", "keys": "loss"}).raise_for_status().json()
    assert told["row_count"] == 100
    assert told["columns"]["_step"] == list(range(100))
    assert told["columns"]["loss"] == [1 / (step + 1) for step in range(100)]
    assert told["columns"]["_runtime"] == [None] * 100


def test_many_runs_come_in_one_file(carnet: httpx.Client):
    choice = {"keys": "loss", "filters": '{"config.lr": {"$gt": 0.15}}'}
    answer = carnet.get("projects/northlight/digits/history.parquet", params=choice).raise_for_status()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="digits.parquet"'
    table = pq.read_table(io.BytesIO(answer.content))
    assert table.column_names == ["run", "display_name", "_step", "loss"]
    assert (set(table["run"].to_pylist()), table.num_rows) == ({"other"}, 100)
    told = carnet.get("projects/northlight/digits/history", params={"keys": "loss"}).raise_for_status().json()
    assert {run["run"]: len(run["columns"]["loss"]) for run in told["runs"]} == {"k3x9q2ab": 100, "other": 100}


HOSTILE = ["a,b", "x/y.z", "é ü", '"quoted"', "=cmd()", "\n", "{}", "%2F", "<script>", "_step.", "🙂"]


def test_keys_of_any_letters_are_columns(carnet: httpx.Client, world):
    append(Run.objects.get(name="other"), history({"_step": 200, **dict.fromkeys(HOSTILE, 0.5)}))
    keys = ",".join(key.replace("\\", "\\\\").replace(",", "\\,") for key in HOSTILE)
    run = "projects/northlight/digits/runs/other"
    told = carnet.get(f"{run}/history", params={"format": "json", "keys": keys}).raise_for_status().json()
    assert {name: told["columns"][name] for name in HOSTILE} == {name: [0.5] for name in HOSTILE}
    for form in ("parquet", "arrow", "csv"):
        content = carnet.get(f"{run}/history.{form}", params={"keys": keys}).raise_for_status().content
        read = {"parquet": pd.read_parquet, "arrow": lambda at: ipc.open_stream(at).read_pandas(), "csv": pd.read_csv}
        assert set(HOSTILE) <= set(read[form](io.BytesIO(content)).columns), form


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{RUN}/history.xlsx", 404),
        (f"{RUN}/history.", 404),
        (f"{RUN}/history?format=xlsx", 400),
        (f"{RUN}/history?format=parquet&min_step=-1", 400),
        (f"{RUN}/history?format=parquet&max_step={10**30}", 400),
        (f"{RUN}/history?keys=cpu&stream=system&min_step=1", 400),
        (f"{RUN}/history.csv?points=5", 400),
        ("projects/northlight/digits/history", 400),
        ("projects/northlight/digits/history?keys=loss&filters={", 400),
        ("projects/northlight/digits/history.zip?keys=loss", 404),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(world, address: str, status: int):
    told = Caller(world.carol).get(address)
    assert (told[0], told[1]["status"]) == (status, status)
    assert told[1]["detail"]


def test_a_stranger_finds_nothing_and_a_token_in_the_address_opens_nothing(server: str, world, key: str):
    stranger = {"Authorization": f"Bearer {build_token(world.mallory)}"}
    for address in (f"{RUN}/history.parquet", "projects/northlight/digits/history.csv?keys=loss"):
        assert httpx.get(f"{server}/api/v1/{address}", headers=stranger).status_code == 404
        for name in ("token", "api_key", "access_token"):
            assert httpx.get(f"{server}/api/v1/{address}", params={name: key}).status_code in {400, 404}


def test_files_count_for_the_rate_limit(world, settings):
    settings.CARNET_RATE_LIMITS = settings.CARNET_RATE_LIMITS | {"api": 2}
    caller = Caller(world.carol)
    assert [caller.get(f"{RUN}/history.parquet")[0] for _ in range(3)] == [200, 200, 429]


def test_a_run_with_a_name_of_any_letters_gives_a_file(carnet: httpx.Client, world):
    name = "run é-1"
    status, told = Caller(world.bob).send("POST", "projects/northlight/digits/runs", {"name": name})
    assert status == 201, told
    answer = carnet.get(f"projects/northlight/digits/runs/{quote(name, safe='')}/history.csv").raise_for_status()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")


# The guide


def _snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("place", range(len(_snippets("python"))))
def test_the_guides_python_runs(server: str, key: str, place: int):
    code = _snippets("python")[place].replace("my-team", "northlight")
    environment = os.environ | {"CARNET_URL": server, "CARNET_TOKEN": key}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_guides_shell_keeps_a_file(server: str, key: str, tmp_path: Path):
    [code] = _snippets("sh")
    environment = os.environ | {"CARNET_URL": server, "CARNET_TOKEN": key}
    code = code.replace("my-team", "northlight")
    subprocess.run(["bash", "-euc", code], env=environment, cwd=tmp_path, check=True)
    assert pq.read_table(tmp_path / "history.parquet").num_rows == 100
