"""The command that makes projects."""

import pytest

from apps.projects.models import Project
from tests.build import build_project, build_team, build_user
from tests.commands import run_command

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "visibility"),
    [
        (("northlight", "digits"), "team"),
        (("northlight", "digits", "--visibility", "open"), "open"),
        (("lea", "own"), "restricted"),
    ],
)
def test_create_project(monkeypatch, words, visibility):
    build_team("northlight", owner=build_user("lea"))
    first = run_command(monkeypatch, "create_project", *words).facts
    second = run_command(monkeypatch, "create_project", *words).facts
    project = Project.objects.get()
    assert first == {
        "entity": words[0],
        "project": words[1],
        "uid": project.uid,
        "visibility": visibility,
        "created": True,
    }
    assert second == {**first, "created": False}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere", "digits"), "There is no user or team “nowhere”"),
        (("northlight", "a/b"), "A project name has 1 to 128 characters"),
        (("northlight", "settings"), "“settings” is kept for Carnet's own pages."),
        (("northlight", "digits", "--visibility", "secret"), "argument --visibility: invalid choice"),
        (
            ("northlight", "digits", "--visibility", "public"),
            "There is a project “northlight/digits” already;",
        ),
    ],
)
def test_what_create_project_refuses(monkeypatch, words, sentence):
    build_project(build_team("northlight"), "digits")
    assert run_command(monkeypatch, "create_project", *words).error.startswith(sentence)
    assert Project.objects.count() == 1
