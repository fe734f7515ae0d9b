"""Pages over everything. Each parses, calls one query, renders."""

from dataclasses import asdict

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from apps.accounts.access import get_entity, get_home, homes_of
from apps.accounts.principal import PageRequest
from apps.core.moved import moved
from apps.core.needs import Needs, needs
from apps.core.urls import absolute
from apps.portal import queries
from apps.portal.addresses import project_url
from apps.portal.forms import ProjectForm
from apps.portal.nav import entity_nav, home_nav
from apps.projects.actions import create_project
from apps.projects.queries import entity_card
from apps.runs.models import RunState


@needs(GET=Needs.SIGNED_IN)
def home(request: PageRequest) -> HttpResponse:
    """What runs, what needs you, where to go on. `?part=runs` answers the piece that is kept up to date."""
    principal = request.principal
    page = queries.overview(principal)
    context = {
        "page": page,
        "today": localdate(),
        "teams": queries.teams_of(principal),
        "base_url": absolute(request, "/").rstrip("/"),
    }
    if request.GET.get("part") == "runs":
        return render(request, "portal/_overview.html", context)
    nav = home_nav("home", [_own_group(request), *page.live_groups])
    place = queries.place_to_choose(principal)
    return render(request, "portal/home.html", context | {"nav": nav, "place": place})


@needs(GET=Needs.NOBODY)
def entity(request: PageRequest, entity: str) -> HttpResponse:
    """The page of a team or a person: projects, runs, people, alerts."""
    card = entity_card(request.principal, entity)
    if redirect := moved(request, entity=card.name):
        return redirect
    page = queries.entity_page(request.principal, get_entity(card.name))
    context = {"page": page.overview, "entity": page, "base_url": absolute(request, "/").rstrip("/")}
    if request.GET.get("part") == "runs":
        return render(request, "portal/_overview.html", context)
    nav = entity_nav(page.entity, page.overview.live_groups, settings=page.may_manage)
    return render(request, "portal/entity.html", context | {"nav": nav})


@needs(GET=Needs.SIGNED_IN)
def all_runs(request: PageRequest) -> HttpResponse:
    """All runs one may read, narrowed by project, state and name; the address keeps the choice."""
    given = request.GET
    chosen, states, words = given.getlist("project"), given.getlist("state"), given.get("q", "").strip()
    found = queries.all_runs(
        request.principal, projects=chosen, states=states, search=words, cursor=given.get("cursor")
    )
    following = given.copy()
    following["cursor"] = found.page.next_cursor or ""
    context = {
        "found": found,
        "chosen": chosen,
        "states": states,
        "words": words,
        "all_states": RunState.values,
        "next_url": f"/runs?{following.urlencode()}" if found.page.next_cursor else "",
        "piece_url": f"/runs?{given.urlencode()}&part=rows",
    }
    if given.get("part") == "rows":
        return render(request, "portal/_all_runs.html", context)
    groups = [f"project.{card.pk}.runs" for card in found.projects[: queries.LIVE_PROJECTS]]
    return render(request, "portal/all_runs.html", context | {"nav": home_nav("runs", groups)})


@needs(GET=Needs.SIGNED_IN)
def search(request: PageRequest) -> JsonResponse:
    """What the palette shows for `?q=`."""
    groups = queries.search_everything(request.principal, request.GET.get("q", ""))
    return JsonResponse({"groups": [asdict(group) for group in groups]})


@needs(GET=Needs.SIGNED_IN, POST=Needs.SIGNED_IN)
def new_project(request: PageRequest) -> HttpResponse:
    """Make a project by hand; the client makes one by itself with the first run."""
    form = ProjectForm(request.POST or None, homes=homes_of(request.principal), initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        owner = get_home(request.principal, form.cleaned_data["entity"])
        project = form.attempt(
            lambda: create_project(
                owner,
                form.cleaned_data["name"],
                actor=request.principal,
                visibility=form.cleaned_data["visibility"],
                description=form.cleaned_data["description"],
            )
        )
        if project:
            return HttpResponseRedirect(project_url(owner.name, project.name))
    status = 400 if form.errors else 200
    return render(request, "portal/new_project.html", {"form": form, "nav": home_nav("", [])}, status=status)


def _own_group(request: PageRequest) -> str:
    return f"user.{request.principal.user_id}"
