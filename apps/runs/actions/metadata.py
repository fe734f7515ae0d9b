"""The environment of a run, as the file `wandb-metadata.json` tells it."""

from typing import Any

from django.db import transaction

from apps.accounts.principal import NOBODY
from apps.core import json
from apps.core.blobs import blob_store
from apps.core.errors import InvalidInput, NotFound
from apps.runs.actions.files import METADATA_PATH
from apps.runs.actions.runs import RunFields, update_run
from apps.runs.models import Run, RunFile
from apps.runs.values import check_object

MAX_BYTES = 2**20


def read_metadata(run_id: int) -> bool:
    """Take over what the file says. Returns whether it could be read; a repeat changes nothing."""
    file = RunFile.objects.select_related("blob").filter(run_id=run_id, path=METADATA_PATH, blob__isnull=False).first()
    run = Run.objects.live().filter(pk=run_id).first()
    if file is None or file.blob is None or run is None:
        return False
    try:
        raw = b"".join(blob_store().open(file.blob.key, stop=MAX_BYTES + 1))
        told = json.loads(raw) if len(raw) <= MAX_BYTES else None
        check_object(told if isinstance(told, dict) else {}, METADATA_PATH)
    except (json.JSONError, InvalidInput, NotFound):
        return False
    if not isinstance(told, dict):
        return False
    _take_over(run, told)
    return True


@transaction.atomic
def _take_over(run: Run, told: dict[str, Any]) -> None:
    git = told.get("git")
    git = git if isinstance(git, dict) else {}
    found = {"host": told.get("host"), "program": told.get("program")}
    found |= {"commit": git.get("commit"), "repo": git.get("remote")}
    missing: dict[str, Any] = {
        name: text for name, text in found.items() if isinstance(text, str) and text and not getattr(run, name)
    }
    update_run(run, RunFields(metadata=told, **missing), actor=NOBODY)
