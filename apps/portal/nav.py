"""The bar of the pages over everything: where one is, and the tabs beside it."""

from typing import Any

from apps.accounts.models import Entity
from apps.portal.addresses import entity_url

Nav = dict[str, Any]


def home_nav(current: str, live_groups: list[str]) -> Nav:
    """The bar of home and of all runs."""
    tabs = [
        {"label": "Home", "url": "/", "current": current == "home"},
        {"label": "All runs", "url": "/runs", "current": current == "runs", "go": "r"},
    ]
    return {"breadcrumb": [], "tabs": tabs, "tabs_label": "Carnet", "live_groups": live_groups}


def entity_nav(entity: Entity, live_groups: list[str], *, settings: bool) -> Nav:
    """The bar of the page of a team or person."""
    url = entity_url(entity.name)
    tabs = [{"label": "Overview", "url": url, "current": True}]
    if settings:
        tabs.append({"label": "Settings", "url": f"{url}/settings/", "current": False})
    crumbs = [{"label": entity.name, "url": url}]
    return {"breadcrumb": crumbs, "tabs": tabs, "tabs_label": entity.name, "live_groups": live_groups}
