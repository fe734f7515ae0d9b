"""Files of runs: announced, uploaded, completed, listed, replaced, deleted."""

import io
import zipfile

import pytest

from apps.core import json
from apps.core.blobs import blob_store
from apps.core.errors import InvalidInput
from apps.core.jobs import worker
from apps.core.jobs.models import Job
from apps.core.models import Blob, Holding
from apps.runs import actions as runs
from apps.runs.actions.files import normal_path
from apps.runs.models import RunFile
from apps.runs.queries.files import file_count, file_path, file_tree, list_files, stored_files
from tests.build import build_run, owner_of, principal
from tests.runs.streaming import append

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def run(db):
    return build_run()


@pytest.fixture
def actor(run):
    return principal(owner_of(run.project.tenant.team))


def upload(run, actor, **files: bytes) -> None:
    put(run, actor, files)


def put(run, actor, files: dict[str, bytes]) -> None:
    runs.announce_files(run, list(files), actor=actor)
    for path, content in files.items():
        key = RunFile.objects.get(run=run, path=normal_path(path)).announced_key
        blob_store().write(key, [content])
    assert runs.complete_files(run, files) == len(files)


def key_of(file: RunFile) -> str:
    assert file.blob is not None
    return file.blob.key


def content(file: RunFile) -> bytes:
    return b"".join(blob_store().open(key_of(file)))


def paths(page):
    return [file.path for file in page.files]


def test_each_name_is_answered_in_its_order(run, actor):
    names = ["b.txt", "./a.txt", "b.txt", "media/é ü.png"]
    announced = runs.announce_files(run, names, actor=actor)
    assert [file.path for file in announced] == names
    assert announced[0].put_path.split("?")[0] == announced[2].put_path.split("?")[0]
    assert list_files(run).files == []


def test_a_file_is_listed_once_its_bytes_are_there(run, actor):
    runs.announce_files(run, ["a.txt"], actor=actor)
    assert runs.complete_files(run, ["a.txt", "unknown"]) == 0
    put(run, actor, {"a.txt": b"hello"})
    [file] = list_files(run).files
    assert (file.path, file.size_bytes, file.content_type, content(file)) == (
        "a.txt",
        5,
        "text/plain; charset=utf-8",
        b"hello",
    )
    assert file.md5 == "XUFAKrxLKna5cZ2REBfFkg=="
    assert Holding.objects.filter(tenant_id=run.tenant_id, md5=file.md5, size=5).count() == 1
    assert runs.complete_files(run, ["a.txt"]) == 0


def test_the_same_name_again_replaces_and_the_old_bytes_go(run, actor):
    put(run, actor, {"a.txt": b"old"})
    old = key_of(RunFile.objects.get(path="a.txt"))
    put(run, actor, {"a.txt": b"new!"})
    [file] = list_files(run).files
    assert content(file) == b"new!"
    for job in Job.objects.filter(kind="runs.drop_blob"):
        worker.run(job.pk)
    assert blob_store().stat(old) is None
    assert Blob.objects.count() == 1
    assert blob_store().stat(key_of(file)) is not None


def test_bytes_that_are_needed_elsewhere_stay(run, actor):
    put(run, actor, {"a.txt": b"shared"})
    file = RunFile.objects.get(path="a.txt")
    RunFile.objects.create(run=run, tenant=file.tenant, path="b.txt", blob=file.blob)
    assert not runs.drop_blob(file.blob_id or 0, key_of(file))
    assert blob_store().stat(key_of(file)) is not None


def test_uploads_are_completed_by_the_stream_without_ending_anything(run, actor):
    runs.announce_files(run, ["a.txt"], actor=actor)
    blob_store().write(RunFile.objects.get().announced_key, [b"x"])
    from apps.runs.actions.files import find_arrived
    from apps.runs.actions.log import append_alone
    from apps.runs.intake import StreamRequest

    request = StreamRequest(run.pk, run.project_id, uploaded=("a.txt",))
    append_alone(request, find_arrived(run.pk, request.uploaded))
    assert paths(list_files(run)) == ["a.txt"]


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../../x", "..", "a\x00b", "x" * 1025, "é" * 1024 + "ü", "\ud800", "./", "."]
)
def test_names_that_leave_the_run_are_refused(run, actor, path):
    with pytest.raises(InvalidInput):
        runs.announce_files(run, ["fine.txt", path], actor=actor)
    assert not RunFile.objects.exists()


@pytest.mark.parametrize("path", ["a b.txt", "日本.txt", "a//b", "..a", "a..b/c", "x" * 1024, "-", "%2F", "a\\b"])
def test_other_names_are_fine(run, actor, path):
    put(run, actor, {path: b"x"})
    assert paths(list_files(run, names=[path])) == [normal_path(path)]


def test_lists_go_by_names_pattern_and_page(run, actor):
    put(run, actor, dict.fromkeys(("a.txt", "b.txt", "media/a.png", "media/b_c.png", "z%.txt"), b"x"))
    assert paths(list_files(run, names=["./a.txt", "nope"])) == ["a.txt"]
    assert list_files(run, names=[]).files == []
    assert paths(list_files(run, pattern="media/%")) == ["media/a.png", "media/b_c.png"]
    assert paths(list_files(run, pattern="_.txt")) == ["a.txt", "b.txt"]
    assert paths(list_files(run, pattern="%\\%%")) == []
    first = list_files(run, first=2)
    assert (paths(first), first.has_next) == (["a.txt", "b.txt"], True)
    rest = list_files(run, first=50, after=first.cursor(first.files[-1]))
    assert (paths(rest), rest.has_next) == (["media/a.png", "media/b_c.png", "z%.txt"], False)
    assert file_count(run) == 5
    with pytest.raises(InvalidInput):
        list_files(run, after="no cursor")


def test_files_as_a_tree_and_as_a_zip(run, actor):
    put(run, actor, {"a.txt": b"1", "code/x/y.py": b"2", "code/z.py": b"3"})
    tree = file_tree(run)
    assert [file.path for file in tree.files] == ["a.txt"]
    assert tree.folders[0]["name"] == "code"
    assert tree.folders[0]["folders"][0]["files"][0]["path"] == "code/x/y.py"
    assert [path for path, _ in stored_files(run)] == ["a.txt", "code/x/y.py", "code/z.py"]


async def _zip(files) -> bytes:
    from apps.core.blobs.zip import zip_stream

    return b"".join([piece async for piece in zip_stream(files)])


async def test_the_zip_holds_the_bytes():
    key = "0" * 32
    blob_store().write(key, [b"hello"])
    packed = zipfile.ZipFile(io.BytesIO(await _zip([("a/b.txt", key)])))
    assert packed.read("a/b.txt") == b"hello"


def test_deleting_files_frees_their_bytes(run, actor):
    put(run, actor, {"a.txt": b"x", "b.txt": b"y"})
    file = RunFile.objects.select_related("blob").get(path="a.txt")
    assert runs.delete_files(run, [file], actor=actor) == 1
    assert runs.delete_files(run, [file], actor=actor) == 0
    for job in Job.objects.filter(kind="runs.drop_blob"):
        worker.run(job.pk)
    assert (paths(list_files(run)), blob_store().stat(key_of(file))) == (["b.txt"], None)


def test_a_file_has_a_signed_address(run, actor):
    put(run, actor, {"a b.txt": b"x"})
    file = list_files(run).files[0]
    assert file_path(file).startswith(f"/blobs/{key_of(file)}?")


def test_lists_cost_one_query(run, actor, django_assert_num_queries):
    put(run, actor, {f"{number}.txt": b"x" for number in range(5)})
    with django_assert_num_queries(1):
        assert [file.size_bytes for file in list_files(run).files] == [1] * 5


# The environment


def test_the_metadata_file_describes_the_run(run, actor):
    told = {
        "host": "gpu-1",
        "program": "train.py",
        "gpu": "H100",
        "git": {"commit": "abc", "remote": "git@x"},
        "args": ["-v"],
    }
    put(run, actor, {"wandb-metadata.json": json.dumps(told)})
    worker.run(Job.objects.get(kind="runs.read_metadata").pk)
    run.refresh_from_db()
    assert (run.metadata, run.host, run.commit, run.repo) == (told, "gpu-1", "abc", "git@x")


@pytest.mark.parametrize(
    "raw", [b"{", b"[]", b"\xff", b'{"a":' * 200 + b"1" + b"}" * 200, b" " * (2**20 + 1), b'{"git":3}']
)
def test_a_metadata_file_that_makes_no_sense_changes_nothing_else(run, actor, raw):
    put(run, actor, {"wandb-metadata.json": raw})
    runs.read_metadata(run.pk)
    append(run)
    run.refresh_from_db()
    assert (run.host, run.commit) == ("", "")
