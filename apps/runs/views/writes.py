"""What people do with a run: stop, rename, tag, annotate, delete. Forms; each leads back to the run."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.core.errors import Conflict, InvalidInput
from apps.runs import actions
from apps.runs.forms import NameForm, NotesForm, TagsForm
from apps.runs.models import Run
from apps.runs.views.door import run_view
from apps.runs.views.frame import address_of
from apps.runs.views.trash import restore_url


@run_view(POST=P.STOP_RUN)
def stop(request: PageRequest, run: Run) -> HttpResponse:
    """Ask the run to stop. One that ended meanwhile is left alone."""
    try:
        actions.stop_run(run, actor=request.principal)
    except Conflict as refusal:
        messages.info(request, refusal.sentence)
    else:
        messages.success(request, _("%(run)s is asked to stop. Its script hears of it within seconds.") % _names(run))
    return _back(run)


@run_view(POST=P.EDIT_RUN)
def rename(request: PageRequest, run: Run) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A name has 1 to 256 characters. Nothing was changed."))
        return _back(run)
    values = actions.RunFields(display_name=form.cleaned_data["display_name"])
    actions.update_run(run, values, actor=request.principal)
    return _back(run)


@run_view(POST=P.EDIT_RUN)
def tags(request: PageRequest, run: Run) -> HttpResponse:
    form = TagsForm(request.POST)
    try:
        if form.is_valid():
            actions.update_run(run, actions.RunFields(tags=form.cleaned_data["tags"]), actor=request.principal)
    except InvalidInput as refusal:
        messages.error(request, refusal.sentence)
    return _back(run)


@run_view(POST=P.EDIT_RUN)
def notes(request: PageRequest, run: Run) -> HttpResponse:
    form = NotesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Notes have at most 100 000 characters. Nothing was changed."))
        return _back(run)
    actions.update_run(run, actions.RunFields(notes=form.cleaned_data["notes"]), actor=request.principal)
    return _back(run)


@run_view(POST=P.DELETE_RUN)
def delete(request: PageRequest, run: Run) -> HttpResponse:
    batch = actions.delete_run(run, actor=request.principal)
    said = _("%(run)s is in the trash for 30 days.") % _names(run)
    messages.success(request, said, extra_tags=restore_url(run.project, batch.uid) if batch else "")
    return redirect(address_of(run).project_page)


def _names(run: Run) -> dict[str, str]:
    return {"run": run.display_name}


def _back(run: Run) -> HttpResponse:
    return redirect(address_of(run).to("overview"))
