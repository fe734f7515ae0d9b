"""The way into every settings page of a project."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from apps.accounts.permissions import Permission
from apps.accounts.principal import PageRequest
from apps.core.moved import moved
from apps.core.needs import needs
from apps.projects.access import get_project

ProjectView = Callable[..., HttpResponseBase]


def project_view(**by_method: Permission) -> Callable[[ProjectView], ProjectView]:
    """Open the door to the project in the address for a view `(request, project, …)`. Former names lead on."""

    def mark(view: ProjectView) -> ProjectView:
        @wraps(view)
        def opened(request: PageRequest, entity: str, project: str, **kwargs: Any) -> HttpResponseBase:
            need = by_method["GET" if request.method == "HEAD" else request.method or "GET"]
            found = get_project(request.principal, entity, project, need)
            elsewhere = moved(request, entity=found.tenant.name, project=found.name)
            return elsewhere or view(request, found, **kwargs)

        return needs(**by_method)(opened)

    return mark
