"""Where pages are. Names may hold any character an address must escape."""

from urllib.parse import quote


def entity_url(name: str) -> str:
    return f"/{quote(name, safe='')}"


def project_url(entity: str, name: str) -> str:
    return f"{entity_url(entity)}/{quote(name, safe='')}"


def run_url(entity: str, project: str, name: str) -> str:
    return f"{project_url(entity, project)}/runs/{quote(name, safe='')}"
