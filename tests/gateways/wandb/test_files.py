"""Files of runs through GraphQL: announced, listed by name or pattern, deleted (section 13)."""

import pytest

from apps.core.blobs import blob_store
from apps.core.ids import wire_id
from apps.runs import actions
from apps.runs.models import Run, RunFile
from tests.build import build_run, build_world, principal
from tests.gateways.wandb.asking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

CREATE = """
mutation CreateRunFiles($run: String!, $files: [String!]!) {
  createRunFiles(input: {entityName: "northlight", projectName: "digits", runName: $run, files: $files}) {
    runID uploadHeaders files { name uploadUrl }
  }
}
"""
FILES = """
query RunFiles($fileNames: [String] = [], $pattern: String, $cursor: String, $first: Int = 50) {
  project(name: "digits", entityName: "northlight") {
    internalId
    run(name: "a") {
      fileCount
      files(names: $fileNames, after: $cursor, first: $first, pattern: $pattern) {
        totalCount
        edges { node { id name url(upload: false) directUrl sizeBytes mimetype updatedAt md5 } cursor }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
}
"""
DELETE = """
mutation D($files: [ID!]!, $projectId: Int) { deleteFiles(input: {files: $files, projectId: $projectId}) { success } }
"""


@pytest.fixture
def world():
    world = build_world()
    build_run(world.project, "a")
    return world


def put(run: Run, path: str, content: bytes = b"hello") -> RunFile:
    """Bring the bytes of a file to the store, as a signed PUT does."""
    assert run.owner is not None
    actions.announce_files(run, [path], actor=principal(run.owner))
    file = RunFile.objects.get(run=run, path=path)
    blob_store().write(file.announced_key, [content])
    actions.complete_files(run, [path])
    file.refresh_from_db()
    return file


def test_every_name_gets_an_address_in_its_place(world):
    names = ["b.txt", "media/images/ä b.png", "b.txt", "./c.txt"]
    answer = ask(world.bob, CREATE, run="a", files=names)["createRunFiles"]
    assert [file["name"] for file in answer["files"]] == names
    assert all(file["uploadUrl"].startswith("http://testserver/blobs/") for file in answer["files"])
    assert answer["runID"] == wire_id("Run", Run.objects.get().uid)
    assert answer["uploadHeaders"] == []
    assert ask(world.bob, FILES)["project"]["run"]["files"]["edges"] == []


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/../../b", "", "x" * 1025, "."])
def test_names_that_leave_the_run_are_400_and_nothing_is_announced(world, name):
    answer = ask(world.bob, CREATE, run="a", files=["fine.txt", name])
    assert (answer.status, answer.data) == (400, None)
    assert "name" in answer.errors[0]
    assert not RunFile.objects.exists()


@pytest.mark.parametrize(("person", "status"), [("carol", 403), ("mallory", 404), (None, 401)])
def test_who_may_not_upload(world, person, status):
    assert ask(world.people.get(person or ""), CREATE, run="a", files=["a"]).status == status


def test_an_upload_into_a_missing_run_is_404(world):
    assert ask(world.bob, CREATE, run="missing", files=["a"]).status == 404


def test_marking_files_lists_them_and_leaves_the_state(world):
    run = Run.objects.get()
    Run.objects.update(state="finished")
    ask(world.bob, CREATE, run="a", files=["a.txt"])
    blob_store().write(RunFile.objects.get().announced_key, [b"hello"])
    mark = """mutation M { markRunFilesUploaded(input: {entityName: "northlight", projectName: "digits", runName: "a",
        files: ["a.txt", "never.txt"]}) { success } }"""
    assert ask(world.bob, mark)["markRunFilesUploaded"]["success"] is True
    found = ask(world.bob, FILES)["project"]["run"]
    assert found["fileCount"] == found["files"]["totalCount"] == 1
    run.refresh_from_db()
    assert run.state == "finished"


def test_a_file_tells_where_its_bytes_are(world):
    put(Run.objects.get(), "media/my file.txt", b"hello")
    node = ask(world.bob, FILES)["project"]["run"]["files"]["edges"][0]["node"]
    assert node["name"] == "media/my file.txt"
    assert node["sizeBytes"] == 5
    assert node["md5"] == "XUFAKrxLKna5cZ2REBfFkg=="
    assert node["mimetype"] == "text/plain"
    assert " " not in node["url"]
    assert node["url"] == node["directUrl"] or node["url"].startswith("http://testserver/blobs/")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"fileNames": ["a.txt", "missing"]}, ["a.txt"]),
        ({"fileNames": ["./a.txt"]}, ["a.txt"]),
        ({"pattern": "%.txt"}, ["a.txt", "media/b.txt"]),
        ({"pattern": "media/%"}, ["media/b.txt", "media/c.png"]),
        ({"pattern": "_.txt"}, ["a.txt"]),
        ({"first": 1}, ["a.txt"]),
        ({}, ["a.txt", "media/b.txt", "media/c.png"]),
    ],
)
def test_files_are_found_by_name_and_pattern(world, variables, expected):
    for path in ("a.txt", "media/b.txt", "media/c.png"):
        put(Run.objects.get(), path)
    edges = ask(world.bob, FILES, **variables)["project"]["run"]["files"]["edges"]
    assert [edge["node"]["name"] for edge in edges] == expected


def test_pages_of_files_follow_the_cursor(world, django_assert_max_num_queries):
    for number in range(5):
        put(Run.objects.get(), f"{number}.txt")
    found, cursor = [], None
    for _ in range(3):
        with django_assert_max_num_queries(22):
            page = ask(world.bob, FILES, first=2, cursor=cursor)["project"]["run"]["files"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        cursor = page["edges"][-1]["cursor"]
    assert found == [f"{number}.txt" for number in range(5)]


def test_files_are_deleted_all_or_none(world):
    one, two = put(Run.objects.get(), "a.txt"), put(Run.objects.get(), "b.txt")
    ids = [wire_id("File", file.uid) for file in (one, two)]
    assert ask(world.carol, DELETE, files=ids).status == 403
    assert ask(world.mallory, DELETE, files=ids).status == 404
    assert ask(world.bob, DELETE, files=[ids[0], "nonsense"]).status == 404
    assert RunFile.objects.count() == 2
    assert ask(world.bob, DELETE, files=ids, projectId=world.project.pk)["deleteFiles"]["success"] is True
    assert not RunFile.objects.exists()
