"""Tags of many runs at once, and back again."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.timezone import now

from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.chunks import chunks
from apps.core.errors import InvalidInput
from apps.core.events import publish
from apps.projects.actions import project_address
from apps.projects.models import Project
from apps.runs.actions.runs import check_tags
from apps.runs.events import RunsTagged
from apps.runs.models import Run, TagChange
from apps.runs.queries.selections import RunSelection, chosen_ids

MOST_TAGS = 100  # of one run
_AT_ONCE = 200
_FEW = 4
Changes = dict[int, tuple[list[str], list[str]]]  # run → tags it got, tags it lost


def change_tags(
    selection: RunSelection, *, add: Sequence[str] = (), remove: Sequence[str] = (), actor: Principal
) -> tuple[int, TagChange | None]:
    """Add and remove tags; what a run has or lacks already stays so. Returns how many changed, and the way back.

    A repeat changes nothing. Only a person's last change in a project can be taken back, by that person.
    """
    added, removed = check_tags(add), check_tags(remove)
    if both := set(added).intersection(removed):
        raise InvalidInput(f"“{min(both)}” cannot be added and removed at once.", fields={"remove": "Choose one."})
    if not added and not removed:
        raise InvalidInput("Name tags to add or to remove.", fields={"add": "Name a tag."})
    return _change(chosen_ids(selection), selection.project, added, removed, actor)


@transaction.atomic
def _change(
    run_ids: Sequence[int], project: Project, added: list[str], removed: list[str], actor: Principal
) -> tuple[int, TagChange | None]:
    changes = _apply(run_ids, project, lambda pk: (added, removed))
    if not changes:
        return 0, None
    _record(actor, project, "run.tagged", changes, added=added, removed=removed)
    return len(changes), _keep(changes, project, actor)


@transaction.atomic
def undo_tags(change: TagChange, *, actor: Principal) -> int:
    """Take a change back where its runs still are in the project; what others did since stays. Returns how many."""
    back = {int(run_id): (lost, got) for run_id, (got, lost) in change.changes.items()}
    changes = _apply(sorted(back), change.project, back.__getitem__)
    TagChange.objects.filter(pk=change.pk).delete()
    if changes:
        _record(actor, change.project, "run.tags_undone", changes)
    return len(changes)


def _apply(run_ids: Sequence[int], project: Project, wish: Callable[[int], tuple[list[str], list[str]]]) -> Changes:
    changes: Changes = {}
    at = now()
    for some in chunks(run_ids, _AT_ONCE):
        rows = Run.objects.select_for_update().filter(pk__in=some, project=project, deleted_at=None)
        touched = []
        for run in rows.order_by("pk").only("pk", "name", "tags"):
            added, removed = wish(run.pk)
            got = [tag for tag in added if tag not in run.tags]
            lost = [tag for tag in removed if tag in run.tags]
            if got or lost:
                run.tags = _checked(run, [tag for tag in run.tags if tag not in lost] + got)
                run.updated_at = at
                changes[run.pk] = (got, lost)
                touched.append(run)
        _write(touched)
    return changes


def _write(runs: Sequence[Run]) -> None:
    """Mostly runs end with the same few lists of tags: one statement each then, else one with a case for every run."""
    alike: dict[tuple[str, ...], list[Run]] = {}
    for run in runs:
        alike.setdefault(tuple(run.tags), []).append(run)
    if len(alike) > _FEW:
        Run.objects.bulk_update(runs, ["tags", "updated_at"])
        return
    for tags, some in alike.items():
        Run.objects.filter(pk__in=[run.pk for run in some]).update(tags=list(tags), updated_at=now())


def _checked(run: Run, tags: list[str]) -> list[str]:
    if len(tags) > MOST_TAGS:
        sentence = f"The run “{run.name}” would have {len(tags)} tags; {MOST_TAGS} are the most."
        raise InvalidInput(sentence, code="too_many_tags", fields={"add": sentence})
    return tags


def _keep(changes: Changes, project: Project, actor: Principal) -> TagChange | None:
    """Keep the way back in place of the last one."""
    if actor.user is None:
        return None
    TagChange.objects.filter(project=project, user=actor.user).delete()
    return TagChange.objects.create(
        tenant_id=project.tenant_id, project=project, user=actor.user, created_at=now(), changes=changes
    )


def _record(actor: Principal, project: Project, verb: str, changes: Changes, **more: object) -> None:
    target = project_address(project)
    record(actor, verb, target=target, tenant_id=project.tenant_id, count=len(changes), **more)
    publish(RunsTagged(project.pk, tuple(changes)))
