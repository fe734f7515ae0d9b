"""Exports as whoever asked for them sees them."""

from dataclasses import dataclass

from apps.core.blobs.store import blob_store
from apps.core.blobs.terms import GetTerms
from apps.core.models import Job
from apps.panels.actions import EXPORT_JOB
from apps.panels.models import PanelExport


@dataclass(frozen=True)
class ExportCard:
    """`state` is waiting, running, done or failed; `path` an address for an hour once it is done."""

    uid: str
    form: str
    state: str
    filename: str
    path: str | None
    error: str


def export_card(export: PanelExport) -> ExportCard:
    """Return the state of an export whose door has been passed. At most one query."""
    if export.finished_at is not None:
        state = "done" if export.blob is not None else "failed"
        return ExportCard(export.uid, export.form, state, export.filename, _path(export), export.error)
    job = Job.objects.filter(kind=EXPORT_JOB, key=export.uid).order_by("-pk").values_list("state", flat=True).first()
    state = job if job in ("waiting", "running") else "failed"
    error = "" if state != "failed" else "The figure could not be drawn; the reason is in the server's log."
    return ExportCard(export.uid, export.form, state, "", None, error)


def _path(export: PanelExport) -> str | None:
    if export.blob is None:
        return None
    return blob_store().get_address(export.blob.key, GetTerms(filename=export.filename, attachment=True))
