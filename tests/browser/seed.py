"""Fill the database of a server under test, in a process of its own; prints what the tests need as one JSON object.

python -m tests.browser.seed
"""

from datetime import timedelta

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.alerts.models import Alert  # noqa: E402
from apps.core import json  # noqa: E402
from apps.projects.actions import update_project  # noqa: E402
from apps.projects.models import Project  # noqa: E402
from apps.runs.actions.digest import digest_run  # noqa: E402
from apps.runs.models import HistoryKey, Run, RunDigest, RunPulse, RunValue  # noqa: E402
from tests.build import World, build_project, build_token, build_world, principal  # noqa: E402
from tests.runs.pages.build import TRACEBACK, build_file, build_logged_run  # noqa: E402
from tests.runs.pages.test_files import PATCH  # noqa: E402
from tests.runs.streaming import append, console  # noqa: E402

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "dccc59e70000000049454e44ae426082"
)
METADATA = {
    "args": ["--lr", "0.1"],
    "program": "train.py",
    "python": "CPython 3.11.9",
    "os": "Linux-6.8.0-x86_64",
    "cpu_count": 48,
    "git": {"remote": "https://git.example.org/northlight/digits.git", "commit": "9f3c1ae4b2d07c55"},
}


def main() -> None:
    world = build_world()
    update_project(world.project, description="Small models on **digits**.", actor=principal(world.alice))
    build_project(world.team, "fresh")
    build_many_runs(build_project(world.team, "many"))
    running = build_logged_run(world.project, "running", display_name="brisk-heron-1", tags=["ema"], owner=world.bob)
    build_logged_run(world.project, "finished", display_name="slow-smew-2", state="finished", keys=6, notes="**Good**")
    _fail(world)
    build_logged_run(world.restricted, "hidden", display_name="grey-wren-1", state="finished", keys=6)
    build_logged_run(world.public, "open", display_name="far-ruff-1", state="finished", keys=6)
    build_logged_run(world.project, "crashed", display_name="dry-shrike-4", state="crashed", metadata=METADATA)
    build_logged_run(world.project, "stopped", display_name="tall-merlin-5", owner=world.bob)
    later = now() + timedelta(hours=1)  # nobody sends heartbeats for them
    RunPulse.objects.filter(run__in=Run.objects.filter(state="running")).update(last_seen_at=later)
    _add_files(running)
    people = {name: session_of(user) for name, user in world.people.items() if user}
    print(json.dumps_text({"sessions": people, "key": build_token(world.bob)}))


def build_many_runs(project: Project, count: int = 10_000) -> None:
    """Insert runs by the thousand, each with a config and a catalogue of keys: `acc` rises with their number."""
    began = now() - timedelta(days=30)
    runs = Run.objects.bulk_create(
        Run(
            tenant=project.tenant,
            project=project,
            name=f"r{number:05}",
            display_name=f"heron-{number}",
            state="failed" if number % 50 == 0 else "finished",
            slot=number + 1,
            group=f"sweep-{number % 4}",
            job_type="eval" if number % 3 else "train",
            config={"lr": number % 5},
            created_at=began + timedelta(minutes=number),
        )
        for number in range(count)
    )
    RunPulse.objects.bulk_create(RunPulse(run=run) for run in runs)
    RunDigest.objects.bulk_create(RunDigest(run=run) for run in runs)
    RunValue.objects.bulk_create(
        RunValue(run=run, project=project, source=RunValue.Source.CONFIG, key="lr", number=number % 5)
        for number, run in enumerate(runs)
    )
    HistoryKey.objects.bulk_create(
        HistoryKey(
            run=run, project=project, key="acc", count=9, last=number / 2, last_step=8, min=0, min_step=0, max=number
        )
        for number, run in enumerate(runs)
    )


def _fail(world: World) -> None:
    failed = build_logged_run(world.project, "failed", display_name="cold-avocet-3", metadata=METADATA)
    append(failed, console(*TRACEBACK, offset=3))
    Run.objects.filter(pk=failed.pk).update(state="failed", exit_code=1, finished_at=now())
    digest_run(failed.pk)
    Alert.objects.create(tenant_id=failed.tenant_id, run=failed, title="Loss is rising", text="12.5", severity="error")


def _add_files(run: Run) -> None:
    build_file(run, "code/train.py", b"import wandb\n\nwandb.init()\n")
    build_file(run, "diff.patch", PATCH)
    build_file(run, "requirements.txt", b"wandb==0.31.0\n")
    build_file(run, "media/images/confusion.png", PICTURE)
    build_file(run, "eval/per_class.csv", b"class,acc\nwren,0.9\nrobin,0.8\n")
    build_file(run, "model.pt", b"\0" * 4096)


def session_of(user: User) -> str:
    """Return the cookie of a browser in which somebody is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "apps.accounts.backends.PersonBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main()
