"""The parts of pages: right for those who cannot see them, right under the strict content security policy."""

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string

TEMPLATES = sorted((Path(settings.ROOT) / "templates").rglob("*.html"))
ELEMENTS = sorted((Path(settings.ROOT) / "frontend/elements").glob("*.ts"))


def render(source, **context):
    return Template("{% load carnet %}" + source).render(Context(context))


def component(part, /, **context):
    return render_to_string(f"components/_{part}.html", context)


class TeamForm(forms.Form):
    name = forms.CharField(help_text="Letters and digits.")
    open = forms.BooleanField(required=False, label="Everybody may join")


def test_every_icon_is_in_the_sprite():
    sprite = (Path(settings.ROOT) / "static/icons/icons.svg").read_text(encoding="utf-8")
    names = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert {name for name in names if f'id="i-{name}"' not in sprite} == set()


def test_a_wrong_field_says_so_to_those_who_listen():
    field = TeamForm({"name": ""})["name"]
    html = render('{% include "components/_field.html" %}', field=field)
    assert 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert '<label for="id_name"' in html


def test_a_field_without_errors_points_to_its_help():
    html = render('{% include "components/_field.html" %}', field=TeamForm()["name"])
    assert "Letters and digits." in html
    assert 'class="input"' in html


def test_optional_fields_are_marked_and_boxes_stand_before_their_words():
    html = render('{% include "components/_field.html" %}', field=TeamForm()["open"])
    assert re.search(r'<label class="row"><input type="checkbox"[^>]*class="check"[^>]*><span>Everybody', html)


def test_states_have_a_word_and_a_shape():
    html = component("state", state="crashed")
    assert 'data-state="crashed"' in html
    assert ">Crashed</span>" in html


def test_a_state_that_lives_listens_to_its_run():
    html = component("state", state="running", live="run.12", src="/api/v1/x")
    assert html.strip().startswith('<run-state live="run.12" src="/api/v1/x">')


def test_names_are_escaped_wherever_they_appear():
    hostile = '"><script>alert(1)</script>'
    for html in (
        component("avatar", name=hostile),
        component("person", name=hostile, sub=hostile, url="/x"),
        component("chip", label=hostile),
        component("breadcrumb", items=[{"label": hostile, "url": "/x"}]),
        component("tree", nodes=[{"name": hostile, "url": "/x"}]),
        component("secret", secret=hostile),
        render("{% card title meta=title %}{{ title }}{% endcard %}", title=hostile),
        render("{% snippet title %}{{ title }}{% endsnippet %}", title=hostile),
        render("{% empty title %}{{ title }}{% endempty %}", title=hostile),
        render("{% banner 'warn' %}{{ title }}{% endbanner %}", title=hostile),
        render("{% menu 'm' title icon='more' %}{{ title }}{% endmenu %}", title=hostile),
    ):
        assert "<script>" not in html


def test_confirming_starts_on_the_harmless_button():
    html = component(
        "confirm", id="d", action="/x", label="Delete", title="Delete 3 runs?", body="They go.", keep="Keep them"
    )
    keep = re.search(r"<button[^>]*autofocus[^>]*>([^<]+)<", html)
    assert keep
    assert keep[1] == "Keep them"
    assert 'aria-labelledby="d-title"' in html


def test_files_nest_as_folders():
    html = component("tree", nodes=[{"name": "eval", "children": [{"name": "a.png", "url": "/a", "current": True}]}])
    assert re.search(r"<details open><summary>.*eval.*<a href=\"/a\" aria-current=\"page\">", html, re.DOTALL)


def test_tables_say_how_they_are_sorted():
    html = component("table_head", columns=[{"label": "loss", "sort": "desc", "url": "?o=loss", "how": "min"}])
    assert 'aria-sort="descending"' in html
    assert '<a class="sort" href="?o=loss">' in html


def test_the_failure_page_needs_nothing_of_a_request():
    html = Path(settings.ROOT, "templates/500.html").read_text(encoding="utf-8")
    assert "request." not in html
