"""The way into every page of a run. Former names lead on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from apps.accounts.permissions import Permission
from apps.accounts.principal import PageRequest
from apps.core.moved import moved
from apps.core.needs import needs
from apps.projects.access import get_project
from apps.projects.models import Project
from apps.runs.access import run_in

View = Callable[..., HttpResponseBase]


def run_view(**by_method: Permission) -> Callable[[View], View]:
    """Open the door to the run in the address for a view `(request, run, …)`."""

    def mark(view: View) -> View:
        @wraps(view)
        def opened(request: PageRequest, entity: str, project: str, run: str, **kwargs: Any) -> HttpResponseBase:
            found = _project(request, entity, project, by_method)
            elsewhere = moved(request, entity=found.tenant.name, project=found.name)
            return elsewhere or view(request, run_in(found, run), **kwargs)

        return needs(**by_method)(opened)

    return mark


def _project(request: PageRequest, entity: str, name: str, by_method: dict[str, Permission]) -> Project:
    need = by_method["GET" if request.method == "HEAD" else request.method or "GET"]
    return get_project(request.principal, entity, name, need)
