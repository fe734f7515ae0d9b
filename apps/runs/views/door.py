"""The way into every page of a run. Former names lead on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from apps.accounts.permissions import Permission
from apps.accounts.principal import PageRequest
from apps.core.moved import moved
from apps.core.needs import needs
from apps.runs.access import get_run

View = Callable[..., HttpResponseBase]


def run_view(**by_method: Permission) -> Callable[[View], View]:
    """Open the door to the run in the address for a view `(request, run, …)`."""

    def mark(view: View) -> View:
        @wraps(view)
        def opened(request: PageRequest, entity: str, project: str, run: str, **kwargs: Any) -> HttpResponseBase:
            found = get_run(request.principal, entity, project, run, _need(request, by_method))
            home = found.project
            elsewhere = moved(request, entity=home.tenant.name, project=home.name, run=found.name)
            return elsewhere or view(request, found, **kwargs)

        return needs(**by_method)(opened)

    return mark


def _need(request: PageRequest, by_method: dict[str, Permission]) -> Permission:
    return by_method["GET" if request.method == "HEAD" else request.method or "GET"]
