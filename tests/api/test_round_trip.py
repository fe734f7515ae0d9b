"""A script of a stranger, over real HTTP: a team, a project, a run, files there and back, and everything taken home."""

import io
import zipfile
from urllib.parse import quote, urlsplit

import httpx
import pytest

from apps.runs.models import Run
from tests.build import build_token, build_user
from tests.runs.streaming import append, console, history

TREE = {"log.txt": b"hello\n", "media/a b/ü#%.txt": "grün".encode(), "model.bin": bytes(range(256)) * 4000}


@pytest.fixture
def carnet(server: str):
    user = build_user("alice")
    key = build_token(user, scopes=["read", "log", "edit", "admin"])
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{server}/api/v1/", headers=headers, timeout=30) as client:
        yield client


def _run(carnet: httpx.Client) -> str:
    carnet.put("projects/alice/digits", json={}).raise_for_status()
    run = carnet.post("projects/alice/digits/runs", json={"name": "r1", "config": {"lr": 0.1}}).raise_for_status()
    assert run.status_code == 201
    return "projects/alice/digits/runs/r1"


def _upload(carnet: httpx.Client, run: str, files: dict[str, bytes]) -> None:
    announced = carnet.post(f"{run}/files", json={"paths": list(files)}).raise_for_status().json()["items"]
    for upload in announced:
        httpx.put(upload["url"], content=files[upload["path"]], headers=upload["headers"]).raise_for_status()
    done = carnet.post(f"{run}/files.complete", json={"paths": list(files)}).raise_for_status().json()
    assert done == {"completed_count": len(files)}


def test_a_script_makes_a_run_and_takes_everything_home(carnet: httpx.Client):
    run = _run(carnet)
    append(Run.objects.get(name="r1"), history(*[{"_step": step, "loss": 1 / (step + 1)} for step in range(50)]))
    carnet.patch(run, json={"tags": ["best"], "notes": "fine"}).raise_for_status()
    found = carnet.get("projects/alice/digits/runs", params={"filters": '{"tags": "best"}'}).json()["items"]
    assert [item["name"] for item in found] == ["r1"]
    rows, address = [], f"{run}/history?format=rows&limit=20"
    while address:
        page = carnet.get(address).raise_for_status().json()
        rows += page["items"]
        address = page["next"]
    assert [row["_step"] for row in rows] == list(range(50))


def test_files_go_there_and_back(carnet: httpx.Client):
    run = _run(carnet)
    _upload(carnet, run, TREE)
    listed = carnet.get(f"{run}/files").json()["items"]
    assert {file["path"]: file["size_bytes"] for file in listed} == {path: len(body) for path, body in TREE.items()}
    for path, body in TREE.items():
        answer = carnet.get(f"{run}/files/{quote(path)}", follow_redirects=True)
        assert (answer.status_code, answer.content) == (200, body), path


@pytest.mark.parametrize("path", ["media/a%20b/%C3%BC%23%25.txt", "media%2Fa%20b%2F%C3%BC%23%25.txt"])
def test_a_slash_in_a_path_may_be_encoded(carnet: httpx.Client, server: str, path: str):
    run = _run(carnet)
    _upload(carnet, run, {"media/a b/ü#%.txt": b"x"})
    answer = carnet.get(f"{run}/files/{path}")
    assert answer.status_code == 302
    signed = urlsplit(answer.headers["Location"])
    assert "carnet-" not in signed.query, "the token stays out of addresses"
    assert httpx.get(answer.headers["Location"]).content == b"x", "whoever holds the signed address may fetch"
    assert carnet.delete(f"{run}/files/{path}").status_code == 204
    assert carnet.get(f"{run}/files/{path}").status_code == 404


def test_all_files_come_as_one_zip(carnet: httpx.Client):
    run = _run(carnet)
    _upload(carnet, run, TREE)
    answer = carnet.get(f"{run}/files.zip").raise_for_status()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="r1.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == TREE


def test_files_come_as_a_tree(carnet: httpx.Client):
    run = _run(carnet)
    _upload(carnet, run, TREE)
    tree = carnet.get(f"{run}/files.tree").raise_for_status().json()
    assert [file["path"] for file in tree["files"]] == ["log.txt", "model.bin"]
    (media,) = tree["folders"]
    assert (media["name"], media["folders"][0]["name"]) == ("media", "a b")
    assert media["folders"][0]["files"][0]["size_bytes"] == 5


def test_files_are_listed_by_the_page_and_by_pattern(carnet: httpx.Client):
    run = _run(carnet)
    _upload(carnet, run, {f"media/{number}.png": b"x" for number in range(5)} | {"a.txt": b""})
    found, address = [], f"{run}/files?limit=2"
    while address:
        page = carnet.get(address).raise_for_status().json()
        found += [file["path"] for file in page["items"]]
        address = page["next"]
    assert found == ["a.txt", *[f"media/{number}.png" for number in range(5)]]
    matching = carnet.get(f"{run}/files", params={"pattern": "media/%.png"}).json()["items"]
    assert len(matching) == 5


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../b", "", "a\x00b", "x" * 1025])
def test_a_path_that_leaves_the_run_is_refused(carnet: httpx.Client, path: str):
    run = _run(carnet)
    answer = carnet.post(f"{run}/files", json={"paths": ["fine.txt", path]})
    assert answer.status_code == 400
    assert carnet.get(f"{run}/files").json()["items"] == []


def test_the_whole_console_comes_as_text(carnet: httpx.Client):
    run = _run(carnet)
    texts = [f"epoch {number} é" for number in range(12_000)]
    for start in range(0, len(texts), 3000):
        append(Run.objects.get(name="r1"), console(*texts[start : start + 3000], offset=start))
    answer = carnet.get(f"{run}/console.txt").raise_for_status()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == texts


def test_an_empty_console_is_an_empty_text(carnet: httpx.Client):
    assert carnet.get(f"{_run(carnet)}/console.txt").text == ""


def test_the_description_is_there_in_json_and_yaml(carnet: httpx.Client):
    told = carnet.get("schema/").raise_for_status().json()
    assert told["openapi"].startswith("3.")
    assert "/api/v1/projects/{entity}/{project}/runs/{run}/history" in told["paths"]
    assert carnet.get("schema/?format=yaml").text.startswith("openapi: 3.")
