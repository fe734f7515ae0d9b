"""Two clients that begin the same run at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.projects.models import Project
from apps.runs.models import Run
from tests.build import build_token, build_world
from tests.gateways.wandb.asking import upsert

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend]


def test_they_make_one_project_and_one_run():
    key = build_token(build_world().bob)

    def begin(number: int):
        try:
            return upsert(key, entity="northlight", project="fresh", name=f"run{number % 2}", notes=str(number))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(begin, range(8)))
    assert {answer.status for answer in answers} == {200}
    assert sorted(answer["upsertBucket"]["inserted"] for answer in answers) == [False] * 6 + [True] * 2
    assert Project.objects.filter(name="fresh").count() == 1
    assert Run.objects.count() == 2
    assert set(Run.objects.values_list("slot", flat=True)) == {1, 2}
