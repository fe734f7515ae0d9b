"""Files and code of a run: a tree, the file beside it, nothing that could harm."""

import pytest
from django.test import Client

from tests.build import World, build_run, build_world
from tests.runs.pages.build import browser, build_file

RUN = "/northlight/digits/runs/r1"
PATCH = b"""diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -1,2 +1,3 @@ def main():
 import wandb
-lr = 0.1
+lr = 0.01
+seed = 2
"""


@pytest.fixture
def world(db) -> World:
    return build_world()


@pytest.fixture
def bob(world: World) -> Client:
    return browser(world.bob)


@pytest.fixture
def run(world: World):
    return build_run(world.project, "r1", program="train.py")


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_a_run_without_files_says_how_they_come(run, bob: Client):
    assert "No files yet" in text_of(bob, f"{RUN}/files")
    assert "No code was saved" in text_of(bob, f"{RUN}/code")


def test_z17_tree_links_to_every_file_and_says_sizes(run, bob: Client):
    build_file(run, "eval/per class.csv", b"class,acc\nwren,0.9\n")
    build_file(run, "model.pt", b"\0" * 4096)
    page = text_of(bob, f"{RUN}/files")
    assert f"{RUN}/files/eval/per%20class.csv" in page
    assert "4.1 kB" in page
    assert "2 files" in page
    assert "/files.zip" in page


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("notes/why.md", b"# Why\n<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        ("eval/a.csv", b"class,acc\nwren,0.9\n", '<td class="mono">wren</td>'),
        ("a.table.json", b'{"columns": ["x"], "data": [["<i>"], [2]]}', '<td class="mono">&lt;i&gt;</td>'),
        ("a.json", b'{"b":{"c":1}}', "<span>    &quot;c&quot;: 1</span>"),
        ("plot.png", b"\x89PNG", "<img src="),
        ("clip.mp4", b"\0\0", "<video controls"),
        ("page.html", b"<script>alert(1)</script>", "&lt;script&gt;alert(1)"),
        ("model.pt", b"PK\0\1", "not for the eye"),
        ("empty.txt", b"", "This file is empty"),
        ("latin.txt", "é".encode("latin-1"), "\N{REPLACEMENT CHARACTER}"),
        ("Ünï code/ä b.txt", b"here", "<span>here</span>"),
    ],
)
def test_files_are_shown_as_what_they_are(run, bob: Client, path: str, content: bytes, expected: str):
    build_file(run, path, content)
    page = text_of(bob, f"{RUN}/files/{path}")
    assert expected in page
    assert "<script>alert" not in page


def test_a_long_file_is_cut_and_can_be_downloaded(run, bob: Client):
    build_file(run, "output.log", b"line\n" * 200_000)
    page = text_of(bob, f"{RUN}/files/output.log")
    assert "Only the beginning is shown" in page
    assert page.count('class="d"') == 2000


def test_j03_code_opens_the_script_that_ran(run, bob: Client):
    build_file(run, "code/lib.py", b"x = 1\n")
    build_file(run, "code/train.py", b"import wandb\n")
    build_file(run, "weights.pt", b"\0")
    page = text_of(bob, f"{RUN}/code")
    assert "<span>import wandb</span>" in page
    assert "weights.pt" not in page


def test_the_patch_is_shown_with_signs_and_numbers(run, bob: Client):
    build_file(run, "diff.patch", PATCH)
    page = text_of(bob, f"{RUN}/code/diff.patch")
    assert '<div class="d" data-s="removed"><i>2</i><i></i><b>−</b><span>lr = 0.1</span></div>' in page
    assert '<div class="d" data-s="added"><i></i><i>3</i><b>+</b><span>seed = 2</span></div>' in page
    assert "with uncommitted changes" not in page  # no commit is known


@pytest.mark.parametrize("path", ["absent.txt", "../r2/files/a", "a/../b", "%00"])
def test_files_that_are_not_there_are_404(run, bob: Client, path: str):
    assert bob.get(f"{RUN}/files/{path}").status_code == 404


def test_files_of_a_hidden_run_are_hidden(world: World):
    build_file(build_run(world.restricted, "r1"), "a.txt", b"secret")
    answer = browser(world.bob).get("/northlight/secret/runs/r1/files/a.txt")
    assert answer.status_code == 404
    assert b"secret</" not in answer.content
