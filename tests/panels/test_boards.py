"""Panels that people read: media, tables, comparisons, code, text."""

import pytest

from apps.core import json
from apps.core.blobs import blob_store, new_key
from apps.core.models import Blob
from apps.panels.kinds.code import diff_lines
from apps.panels.queries import panel_data, parse_panel, scene_of
from apps.panels.wire import encode, plain_of, tree_of
from apps.runs.models import RunFile
from tests.build import build_project, build_run, owner_of, principal
from tests.runs.streaming import append, history

pytestmark = pytest.mark.django_db
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def project():
    return build_project(name="digits")


def give_file(run, path, content=b"x", content_type="image/png"):
    key = new_key()
    stat = blob_store().write(key, [content])
    blob = Blob.objects.create(key=key, size=stat.size, md5=stat.md5 or "", verified=True)
    return RunFile.objects.create(tenant_id=run.tenant_id, run=run, path=path, blob=blob, content_type=content_type)


def resolve(project, view_type, config=None, **extras):
    viewer = principal(owner_of(project.tenant.team))
    scene = scene_of(viewer, project, [{"id": "all"}])
    data = panel_data(parse_panel({"viewType": view_type, "config": config or {}, "x": extras}), scene)
    assert encode({"panels": [data]})
    return data


def picture(step, name, **more):
    value = {"_type": "image-file", "path": f"media/images/{name}", "width": 28, "height": 28, **more}
    return {"_step": step, "pictures": value}


def logged(project, name, *rows):
    run = build_run(project, name, display_name=name)
    append(run, history(*rows))
    return run


def test_j09_one_step_is_shown_for_every_run_or_the_last_before_it(project):
    early = logged(project, "early", picture(0, "a0.png"), picture(5, "a5.png"))
    late = logged(project, "late", picture(0, "b0.png"), picture(10, "b10.png", caption=MARKUP))
    for run, path in ((early, "a0"), (early, "a5"), (late, "b0"), (late, "b10")):
        give_file(run, f"media/images/{path}.png")
    data = resolve(project, "Media Browser", {"mediaKeys": ["pictures"]})
    assert (data.body.steps.tolist(), data.body.step) == ([0, 5, 10], 10)
    shown = {data.marks[row.mark].label: (row.step, row.is_earlier, row.items[0].name) for row in data.body.rows}
    assert shown == {"late": (10, False, "b10.png"), "early": (5, True, "a5.png")}
    assert [note.code for note in data.notes] == ["earlier_step"]
    assert data.notes[0].sentence == "early has no step 10; the last one before it is shown."
    before = resolve(project, "Media Browser", {"mediaKeys": ["pictures"]}, step=4)
    assert {row.step for row in before.body.rows} == {0}
    assert data.body.rows[0].items[0].caption == MARKUP  # a text: the page escapes it


@pytest.mark.parametrize(("step", "shown"), [(10**30, 5), (-1, 0), (float("nan"), 5), ("x", 5), (True, 5), (4.5, 0)])
def test_any_step_finds_something_to_show(project, step, shown):
    logged(project, "r", picture(0, "a.png"), picture(5, "b.png"))
    (row,) = resolve(project, "Media Browser", {"mediaKeys": ["pictures"]}, step=step).body.rows
    assert row.step == shown


def test_several_pictures_of_one_step_keep_their_captions_and_places(project):
    value = {"_type": "images/separated", "count": 3, "filenames": ["a.png", "b.png", "c.png"], "captions": ["x", "y"]}
    run = logged(project, "r", {"_step": 1, "grid": value})
    give_file(run, "b.png")
    (row,) = resolve(project, "Media Browser", {"mediaKeys": ["grid"], "columnCount": 3}).body.rows
    assert [(item.name, item.caption, item.address is None) for item in row.items] == [
        ("a.png", "x", True),
        ("b.png", "y", False),
        ("c.png", "", True),
    ]


def test_html_is_served_to_a_frame_of_its_own_and_never_inlined(project, client):
    run = logged(project, "r", {"_step": 1, "page": {"_type": "html-file", "path": "media/html/p.html"}})
    give_file(run, "media/html/p.html", MARKUP.encode(), "text/html")
    (row,) = resolve(project, "Media Browser", {"mediaKeys": ["page"]}).body.rows
    assert row.items[0].kind == "html"
    assert MARKUP not in json.dumps_text(plain_of(tree_of(row)))


@pytest.mark.parametrize(
    "value", [{"_type": "image-file"}, {"_type": 3, "path": "a"}, {"path": "../../etc"}, "text", 7]
)
def test_what_is_no_media_is_left_out(project, value):
    logged(project, "r", {"_step": 1, "pictures": value})
    data = resolve(project, "Media Browser", {"mediaKeys": ["pictures"]})
    assert (data.body.rows, data.notes[0].code) == ((), "missing_key")


def test_a_path_that_leaves_the_run_finds_no_file(project):
    other = build_run(project, "other")
    give_file(other, "secret.png")
    logged(project, "r", {"_step": 1, "pictures": {"_type": "image-file", "path": "../other/secret.png"}})
    (row,) = resolve(project, "Media Browser", {"mediaKeys": ["pictures"]}).body.rows
    assert row.items[0].address is None


def test_media_of_many_runs_take_the_same_queries(project, django_assert_max_num_queries):
    for number in range(8):
        run = logged(project, f"r{number}", picture(0, f"{number}.png"))
        give_file(run, f"media/images/{number}.png")
    from apps.runs.actions import compact_run, digest_run

    for run in project.runs.all():
        digest_run(run.pk)
        compact_run(run.pk, everything=True)
    with django_assert_max_num_queries(10):
        assert len(resolve(project, "Media Browser", {"mediaKeys": ["pictures"]}).body.rows) == 8


TABLE = {
    "columns": ["id", "label", "p", "picture"],
    "data": [
        [1, "fox", 0.5, {"_type": "image-file", "path": "media/fox.png"}],
        [2, MARKUP, 0.9, None],
        [3, "cat", None, None],
        [4, "fox", float("nan"), [1, 2]],
    ],
}


@pytest.fixture
def with_table(project):
    value = {"_type": "table-file", "path": "media/table/t.table.json", "nrows": 4, "ncols": 4}
    run = logged(project, "r", {"_step": 3, "predictions": value})
    give_file(run, "media/table/t.table.json", json.dumps_lenient(TABLE).encode(), "application/json")
    give_file(run, "media/fox.png")
    return project


def table(project, **asked):
    return resolve(project, "Table", {"tableKey": "predictions"}, table=asked).body


def test_a_logged_table_is_read_in_windows(with_table):
    body = table(with_table, offset=1, limit=2)
    assert (body.columns, body.row_count, body.matching_count) == (("id", "label", "p", "picture"), 4, 4)
    assert [row[0] for row in body.rows] == [2, 3]


@pytest.mark.parametrize(
    ("sort", "descending", "ids"),
    [
        ("p", False, [1, 2, 3, 4]),
        ("p", True, [2, 1, 3, 4]),
        ("label", False, [2, 3, 1, 4]),
        ("absent", True, [1, 2, 3, 4]),
    ],
)
def test_a_table_is_sorted_and_what_is_missing_comes_last(with_table, sort, descending, ids):
    assert [row[0] for row in table(with_table, sort=sort, descending=descending).rows] == ids


def test_a_table_is_searched(with_table):
    body = table(with_table, search="FOX")
    assert ([row[0] for row in body.rows], body.matching_count, body.row_count) == ([1, 4], 2, 4)


def test_pictures_in_cells_have_addresses_and_other_objects_are_text(with_table):
    body = table(with_table)
    assert body.rows[0][3].address
    assert body.rows[3][3] == "[1,2]"


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"columns": 1, "data": []}'])
def test_a_broken_table_says_so(project, content):
    run = logged(project, "r", {"_step": 3, "predictions": {"_type": "table-file", "path": "t.json"}})
    give_file(run, "t.json", content, "application/json")
    data = resolve(project, "Table", {"tableKey": "predictions"})
    assert (data.body, data.notes[0].sentence) == (None, "The table's file is no table.")


def test_runs_are_compared_by_config_and_summary_and_what_differs_is_told(project):
    build_run(project, "a", config={"lr": 0.1, "net": {"depth": 2}, "same": 1}, summary={"acc": 0.5})
    build_run(project, "b", config={"lr": 0.2, "net": {"depth": 2}, "same": 1}, summary={"acc": 0.5, "f1": 1})
    body = resolve(project, "Run Comparer").body
    found = {(row.section, row.key): (row.values, row.differs) for row in body.rows}
    assert found["Config", "lr"] == ((0.2, 0.1), True)
    assert found["Config", "net.depth"] == ((2, 2), False)
    assert found["Summary", "f1"] == ((1, None), True)
    only = resolve(project, "Run Comparer", {"diffOnly": "split"}).body
    assert {row.key for row in only.rows} == {"lr", "f1"}


def test_markdown_is_cleaned(project):
    html = resolve(project, "Markdown Panel", {"value": f"# Title\n\n{MARKUP}\n\n[x](javascript:alert(1))"}).body.html
    assert "<h3>Title</h3>" in html
    assert "<img" not in html
    assert "javascript:" not in html.replace("javascript:alert(1))", "")


def test_code_of_two_runs_is_compared_in_the_first_file_that_differs(project):
    for name, second in (("a", b"x = 1\ny = 2\n"), ("b", b"x = 1\ny = 3\n")):
        run = build_run(project, name, display_name=name)
        give_file(run, "code/same.py", b"import wandb\n", "text/x-python")
        give_file(run, "code/train.py", second, "text/x-python")
    data = resolve(project, "Code Comparer")
    assert (data.body.path, data.body.added_count, data.body.removed_count) == ("code/train.py", 1, 1)
    assert [(line.sign, line.text) for line in data.body.lines] == [(" ", "x = 1"), ("-", "y = 3"), ("+", "y = 2")]
    assert resolve(project, "Code Comparer", path="code/same.py").body.added_count == 0


def test_runs_without_code_say_how_to_save_it(project):
    build_run(project, "a")
    assert "save_code" in resolve(project, "Code Comparer").notes[0].sentence


def test_long_files_are_compared_in_time_and_completely():
    before = [f"{number % 7}" for number in range(12_000)]
    after = [*before[:6_000], "new", *before[6_000:]]
    lines = list(diff_lines(before, after))
    assert [line.text for line in lines if line.sign == "+"] == ["new"]
    assert not [line for line in lines if line.sign == "-"]
    other = [f"{number % 5}" for number in range(12_000)]
    found = list(diff_lines(before, other))
    assert sum(line.count or line.sign in " -" for line in found) == 12_000


def test_equal_stretches_are_folded():
    before = [str(number) for number in range(100)]
    after = [*before[:50], "new", *before[50:]]
    lines = list(diff_lines(before, after))
    assert [line.sign for line in lines] == ["…", *"   +   ", "…"]
    assert (lines[0].count, lines[-1].count) == (47, 47)
