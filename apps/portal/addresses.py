"""Where pages are, as the URL configuration says."""

from django.urls import reverse


def entity_url(name: str) -> str:
    return reverse("entities:entity", kwargs={"entity": name})


def project_url(entity: str, name: str) -> str:
    return reverse("runs:project", kwargs={"entity": entity, "project": name})


def run_url(entity: str, project: str, name: str) -> str:
    return reverse("runs:overview", kwargs={"entity": entity, "project": project, "run": name})
