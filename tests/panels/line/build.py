"""Small worlds for line panels: runs that logged a few numbers, and panels resolved for their owner."""

from apps.panels.queries import panel_data, parse_panel, scene_of
from apps.runs.actions import digest_run
from apps.runs.models import Run
from tests.build import build_run, owner_of, principal
from tests.runs.streaming import append, history

ALL = {"id": "all", "name": "All", "selections": {"root": 1, "tree": []}}


def log(project, name, *, steps=None, config=None, **columns):
    """Make a run that logged these columns; None stands for "not logged at this step"."""
    run = build_run(project, name, display_name=name, config=config or {}, state="running")
    length = max(map(len, columns.values()), default=0)
    rows = [
        {"_step": at} | {key: values[row] for key, values in columns.items() if values[row] is not None}
        for row, at in enumerate(steps or range(length))
    ]
    if rows:
        append(run, history(*rows))
    return run


def digest_all(project):
    """Bring the catalogue up to date, as the job does within seconds."""
    for pk in Run.objects.filter(project=project).values_list("pk", flat=True):
        digest_run(pk)


def resolve(project, config, *, extras=None, run_sets=(ALL,), **scene):
    """Resolve a line panel as the owner of the project."""
    viewer = principal(owner_of(project.tenant.team))
    raw = {"viewType": "Run History Line Plot", "config": config, "x": extras or {}}
    return panel_data(parse_panel(raw), scene_of(viewer, project, list(run_sets), **scene))


def lines_of(data):
    """Return {label: (x, y)} of a resolved panel."""
    return {data.marks[line.mark].label: (list(line.x), list(line.y)) for line in data.body.lines}


def note(data, code):
    return next((note.sentence for note in data.notes if note.code == code), None)
