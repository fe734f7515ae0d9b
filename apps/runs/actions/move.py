"""Runs move to another project, perhaps of another team: planned first, then in one transaction, whatever their number.

No byte moves: history is keyed by the run, blobs by their own keys. What is rewritten is to whom rows belong. Who moves
runs needs the right to delete them where they are, since they leave, and to log and edit where they go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, F, Value, When
from django.utils.timezone import now

from apps.accounts.events import AccessChanged
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.chunks import chunks
from apps.core.errors import Conflict, InvalidInput
from apps.core.events import publish
from apps.core.jobs import enqueue
from apps.core.models import Holding, Job
from apps.projects.actions import project_address
from apps.projects.models import Project
from apps.projects.queries import Sight, change_of_sight
from apps.runs.events import RunsMoved
from apps.runs.models import ACTIVE, HistoryKey, Run, RunFile, RunRedirect, RunValue
from apps.runs.queries.moves import MOVE
from apps.runs.queries.selections import RunSelection, Stored, chosen_ids, stored_of

AT_ONCE = 500  # more become a job
CONFLICTS_SHOWN = 50
NAME_LENGTH = 128


class OnConflict(StrEnum):
    """What becomes of a run whose id is taken in the target, where ids are reserved for ever."""

    KEEP = "keep"  # it stays where it is
    RENAME = "rename"  # its id gets a number; the old one leads to it


@dataclass(frozen=True)
class Taken:
    """A run whose id is taken in the target, and the free one it would get."""

    uid: str
    name: str
    display_name: str
    free_name: str


@dataclass(frozen=True)
class MovePlan:
    """What a move would do: nothing has changed yet."""

    stored: Stored
    running_count: int  # they move too: their clients go on logging to the old address
    held_count: int  # running, and whoever logs them may not log in the target: they stay
    conflict_count: int
    conflicts: list[Taken]  # the first of them
    sight: Sight
    changes_team: bool


@dataclass(frozen=True)
class Moved:
    """How a move went."""

    moved_count: int
    renamed_count: int = 0
    kept_count: int = 0  # their ids are taken in the target
    held_count: int = 0  # running, and their clients could not have gone on


@dataclass(frozen=True)
class _Row:
    pk: int
    uid: str
    name: str
    display_name: str


@dataclass
class _Sorted:
    """Chosen runs, sorted by what becomes of them."""

    going: list[_Row] = field(default_factory=list)
    taken: list[_Row] = field(default_factory=list)
    held_count: int = 0
    running_count: int = 0


def plan_move(selection: RunSelection, target: Project) -> MovePlan:
    """Say what moving runs would do; changes nothing. The queries grow by chunks of 500 runs."""
    _check_places(selection.project, target)
    run_ids = chosen_ids(selection)
    found = _sorted(run_ids, selection.project, target)
    names = _free_names(found.taken, target, {row.name for row in found.going})
    conflicts = [Taken(row.uid, row.name, row.display_name, names[row.pk]) for row in found.taken[:CONFLICTS_SHOWN]]
    return MovePlan(
        stored=stored_of(run_ids),
        running_count=found.running_count,
        held_count=found.held_count,
        conflict_count=len(found.taken),
        conflicts=conflicts,
        sight=change_of_sight(selection.project, target),
        changes_team=selection.project.tenant_id != target.tenant_id,
    )


def begin_move(
    selection: RunSelection, target: Project, *, actor: Principal, on_conflict: str | None = None
) -> Moved | Job:
    """Move runs at once, or as a job where they are many. Raises Conflict where ids are taken and nobody chose."""
    _check_places(selection.project, target)
    run_ids = chosen_ids(selection)
    if len(run_ids) <= AT_ONCE:
        return move_runs(run_ids, selection.project, target, actor=actor, on_conflict=on_conflict)
    if on_conflict is None:
        _refuse_conflicts(_sorted(run_ids, selection.project, target))
    arguments = {
        "run_ids": run_ids,
        "source_id": selection.project.pk,
        "target_id": target.pk,
        "on_conflict": on_conflict or OnConflict.KEEP.value,
        "asker": {
            "user_id": actor.user_id,
            "token_id": actor.token.pk if actor.token else None,
            "address": actor.address,
            "client": actor.client,
        },
    }
    return enqueue(MOVE, arguments, owner_id=actor.user_id)


@transaction.atomic
def move_runs(
    run_ids: Sequence[int], source: Project, target: Project, *, actor: Principal, on_conflict: str | None = None
) -> Moved:
    """Move runs of a project to another, all or none of them. A repeat changes nothing.

    Uid, colour slot, history, files and redirects stay with a run. Its old address leads to it from now on.
    """
    _check_places(source, target)
    _lock_projects(source, target)
    _lock_runs(run_ids, source)
    found = _sorted(run_ids, source, target)
    if on_conflict is None:
        _refuse_conflicts(found)
    names = _free_names(found.taken, target, {row.name for row in found.going}) if on_conflict == "rename" else {}
    moving = sorted([*found.going, *(found.taken if names else [])], key=lambda row: row.pk)
    for rows in chunks(moving):
        _rewrite(rows, source, target, names)
    moved = Moved(len(moving), len(names), 0 if names else len(found.taken), found.held_count)
    if moving:
        _tell([row.pk for row in moving], source, target, actor=actor, moved=moved)
    return moved


def _check_places(source: Project, target: Project) -> None:
    if source.pk == target.pk:
        sentence = "These runs are in this project already. Choose another one."
        raise InvalidInput(sentence, code="same_project", fields={"target": sentence})


def _lock_projects(source: Project, target: Project) -> None:
    """Keep new runs from taking names meanwhile: who makes a run takes its colour slot from the project first."""
    ids = [source.pk, target.pk]
    list(Project.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _lock_runs(run_ids: Sequence[int], source: Project) -> None:
    """Take the rows in the order everybody takes them. Digests, summaries and ends wait; appending goes on."""
    for some in chunks(run_ids):
        rows = Run.objects.select_for_update().filter(pk__in=some, project=source)
        list(rows.order_by("pk").values_list("pk"))


# Which of them go


def _sorted(run_ids: Sequence[int], source: Project, target: Project) -> _Sorted:
    found = _Sorted()
    held = _Loggers(target)
    for some in chunks(run_ids):
        live = Run.objects.filter(pk__in=some, project=source, deleted_at=None)
        active = live.filter(state__in=ACTIVE).select_related("owner", "service", "token")
        running = {run.pk: held.would_stop(run) for run in active.only("owner", "service", "token")}
        rows = [_Row(*row) for row in live.order_by("pk").values_list("pk", "uid", "name", "display_name")]
        taken = _taken_names(target, rows)
        for row in rows:
            if running.get(row.pk):
                found.held_count += 1
            else:
                (found.taken if row.name in taken else found.going).append(row)
                found.running_count += row.pk in running
    return found


class _Loggers:
    """Those who log running runs, and whether each may go on in the target. Few, whatever the number of runs."""

    def __init__(self, target: Project) -> None:
        self.target = target
        self._answers: dict[tuple[int | None, ...], bool] = {}

    def would_stop(self, run: Run) -> bool:
        key = (run.owner_id, run.service_id, run.token_id)
        if key not in self._answers:
            user = run.service or run.owner
            logger = Principal(user=user, token=run.token, on_behalf_of=run.owner if run.service else None)
            self._answers[key] = user is not None and not logger.may(P.LOG_RUN, self.target)
        return self._answers[key]


def _taken_names(target: Project, rows: Sequence[_Row]) -> set[str]:
    """Return the names that a run of the target has or had, deleted and moved ones included."""
    names = [row.name for row in rows]
    taken = set(Run.objects.filter(project=target, name__in=names).values_list("name", flat=True))
    back = {row.pk: row.name for row in rows}  # who comes back finds the name still reserved for it
    redirects = RunRedirect.objects.filter(project=target, name__in=names).values_list("run_id", "name")
    return taken | {name for run_id, name in redirects if back.get(run_id) != name}


def _free_names(rows: Sequence[_Row], target: Project, going: set[str]) -> dict[int, str]:
    """Return run → a free name: the old one with the lowest number from 2 on. One round of queries each number."""
    found: dict[int, str] = {}
    used, number, left = set(going), 2, list(rows)
    while left:
        wanted = [_Row(row.pk, row.uid, _numbered(row.name, number), "") for row in left]
        taken = set(used)
        for some in chunks(wanted):
            taken |= _taken_names(target, some)
        for want in wanted:
            if want.name not in taken:
                found[want.pk] = want.name
                taken.add(want.name)
                used.add(want.name)
        left, number = [row for row in left if row.pk not in found], number + 1
    return found


def _numbered(name: str, number: int) -> str:
    ending = f"-{number}"
    return name[: NAME_LENGTH - len(ending)] + ending


def _refuse_conflicts(found: _Sorted) -> None:
    if not found.taken:
        return
    count = len(found.taken)
    first = f"The run ids “{found.taken[0].name}” and {count - 1:,} others are"
    which = first if count > 1 else f"The run id “{found.taken[0].name}” is"
    raise Conflict(f"{which} taken in the target. Keep such runs in place, or give them other ids.", code="ids_taken")


# Rewriting


def _rewrite(rows: Sequence[_Row], source: Project, target: Project, names: dict[int, str]) -> None:
    """Let rows belong to the target: six statements for up to 500 runs."""
    ids = [row.pk for row in rows]
    RunRedirect.objects.filter(project=target, run_id__in=ids, name=F("run__name")).delete()
    at = now()
    RunRedirect.objects.bulk_create(
        RunRedirect(tenant_id=source.tenant_id, project=source, name=row.name, run_id=row.pk, created_at=at)
        for row in rows
    )
    home: dict[str, Any] = {"project": target, "tenant": target.tenant_id}
    if renamed := [When(pk=pk, then=Value(names[pk])) for pk in ids if pk in names]:
        home["name"] = Case(*renamed, default=F("name"), output_field=CharField())
    Run.objects.filter(pk__in=ids).update(**home)
    HistoryKey.objects.filter(run_id__in=ids).update(project=target)
    RunValue.objects.filter(run_id__in=ids).update(project=target)
    if source.tenant_id != target.tenant_id:
        RunFile.objects.filter(run_id__in=ids).update(tenant=target.tenant_id)
        _hold(ids, target.tenant_id)


def _hold(run_ids: Sequence[int], tenant_id: int) -> None:
    """Let the target's team find duplicates of these bytes; the team they come from still holds them."""
    files = RunFile.objects.filter(run_id__in=run_ids, blob__isnull=False).exclude(blob__md5="")
    held = files.values_list("blob__md5", "blob__size", "blob_id")
    Holding.objects.bulk_create(
        (Holding(tenant_id=tenant_id, md5=md5, size=size or 0, blob_id=blob_id) for md5, size, blob_id in held),
        batch_size=200,
        ignore_conflicts=True,
    )


def _tell(run_ids: Iterable[int], source: Project, target: Project, *, actor: Principal, moved: Moved) -> None:
    """Write it into the trail of both teams, each with the other place: data that left is told where it went."""
    Project.objects.filter(pk__in=[source.pk, target.pk]).update(updated_at=now())
    places = {"left": project_address(source), "reached": project_address(target)}
    for tenant_id, place in {source.tenant_id: places["left"], target.tenant_id: places["reached"]}.items():
        record(actor, "run.moved", target=place, tenant_id=tenant_id, **places, **asdict(moved))
    publish(RunsMoved(tuple(run_ids), source.pk, target.pk, target.tenant_id))
    publish(AccessChanged(None))
