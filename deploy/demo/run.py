"""Fill a demo team by training small real models through the official wandb client, and serve it.

    python deploy/demo/run.py            serve, train, keep one run going until Ctrl-C
    python deploy/demo/run.py --once     the same, but stop when the models are trained

It can be repeated: each time trains the same models with another seed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TRAIN = Path(__file__).with_name("train.py")
TEAM, OWNER, MEMBER, SERVICE = "demo-lab", "ada", "grace", "nightly"
LONG = "digits-long"
SEED = int(time.time()) % 1000  # one for all: their models see the same rows, so their pictures can be compared
RECIPES = """digits-mlp digits-softmax digits-forest cancer-boosting digits-shape-bug diabetes-diverges digits-mlp-wide
cancer-forest diabetes-boosting digits-hinge cancer-softmax diabetes-ridge digits-mlp-slow diabetes-mlp""".split()

PROJECTS = {
    "digits": "Which small model reads **handwritten digits** best? 1,797 pictures of 8 by 8 pixels.\n\n"
    "- Compare by `val/acc`; the goal is 0.98.\n- Runs tagged `bug` are meant to fail.",
    "breast-cancer": "Benign or malignant, from 30 measurements of 569 tumours. Watch `val/loss`, not only `val/acc`.",
    "diabetes": "Progression after one year, from ten measurements. One run has a learning rate far too high.",
}


@dataclass(frozen=True)
class World:
    """What the scripts and the person at the screen need."""

    address: str
    owner_key: str
    member_key: str
    service_key: str
    sign_in: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop when the models are trained")
    parser.add_argument("--recipes", default=" ".join(RECIPES), help="which models, by name")
    parser.add_argument("--epochs", type=int, help="fewer epochs, for a quick look")
    given = parser.parse_args()
    address = f"http://localhost:{os.environ.get('PORT') or '8000'}"
    make_people()
    with serving(address) as server:
        world = prepare(address)
        announce(world)
        try:
            with long_run(world):
                failures = train_all(given.recipes.split(), world, given.epochs)
                print(f"\nAll models are trained{f', {failures} failed unexpectedly' if failures else ''}.", flush=True)
                if not given.once:
                    print("One run goes on until you press Ctrl-C.", flush=True)
                    server.wait()
        except KeyboardInterrupt:
            print("\nStopping.")
            return 0
    return 1 if failures else 0


@contextmanager
def serving(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the server and wait for its first answer."""
    if answers(address):
        sys.exit(f"carnet: something answers at {address} already. Stop it, or set PORT to another number.")
    command = [sys.executable, str(ROOT / "manage.py"), "serve"]
    server = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        while not answers(address):
            if server.poll() is not None:
                sys.exit(server.returncode or 1)
            time.sleep(0.1)
        yield server
    finally:
        end(server)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def make_people() -> None:
    """Make the people and their team with the server's own commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    command("create_user", OWNER, email="ada@demo.invalid", superuser=True)
    command("create_user", MEMBER, email="grace@demo.invalid")
    command("create_team", TEAM, owner=OWNER)
    command("add_member", TEAM, MEMBER, role="member")
    command("create_service_account", TEAM, SERVICE)


def prepare(address: str) -> World:
    """Make the projects and the keys that the scripts and the person at the screen need."""
    owner_key = command("create_token", user=OWNER, name="demo")["token"]
    for name, purpose in PROJECTS.items():
        command("create_project", TEAM, name)
        describe(address, owner_key, name, purpose)
    return World(
        address=address,
        owner_key=owner_key,
        member_key=command("create_token", user=MEMBER, name="demo")["token"],
        service_key=command("create_token", service_account=f"{TEAM}/{SERVICE}", name="demo")["token"],
        sign_in=command("sign_in_link", OWNER)["url"],
    )


def describe(address: str, key: str, project: str, purpose: str) -> None:
    """Say what a project is for, through the REST API."""
    request = urllib.request.Request(
        f"{address}/api/v1/projects/{TEAM}/{project}",
        data=json.dumps({"description": purpose}).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        method="PATCH",
    )
    urllib.request.urlopen(request, timeout=30).close()


def command(name: str, /, *words: str, **options: Any) -> dict[str, Any]:
    """Run a management command in this process and return the object it prints."""
    from django.core.management import call_command

    out = StringIO()
    call_command(name, *words, stdout=out, **options)
    return dict(json.loads(out.getvalue()))


def announce(world: World) -> None:
    print(
        f"\n  Sign in as {OWNER}:  {world.sign_in}\n"
        f"  Then watch:       {world.address}/{TEAM}/digits\n\n"
        f"  {len(RECIPES) + 1} models train through the official wandb client. Ctrl-C stops everything.\n",
        flush=True,
    )


@contextmanager
def long_run(world: World) -> Iterator[None]:
    """Keep one run going, so that there is something to watch."""
    process = start(LONG, world, key=world.owner_key)
    try:
        yield
    finally:
        end(process)


def train_all(names: list[str], world: World, epochs: int | None) -> int:
    """Train two at a time. Return how many failed that were not meant to."""
    waiting, running, failures = list(enumerate(names)), {}, 0
    while waiting or running:
        while waiting and len(running) < 2:
            number, name = waiting.pop(0)
            running[name] = start(name, world, **who(number, world), epochs=epochs)
            print(f"  {name}", flush=True)
        for name in [name for name, process in running.items() if process.poll() is not None]:
            code = running.pop(name).returncode
            failures += bool(code) and "bug" not in name
        time.sleep(0.2)
    return failures


def who(number: int, world: World) -> dict[str, str]:
    """Spread the runs over two people and a service account that names one of them."""
    choices = [{"key": world.owner_key}, {"key": world.member_key}, {"key": world.service_key, "username": MEMBER}]
    return choices[number % 3]


def start(
    name: str, world: World, *, key: str, username: str = "", epochs: int | None = None
) -> subprocess.Popen[bytes]:
    words = [sys.executable, str(TRAIN), name, "--seed", str(SEED)] + (["--epochs", str(epochs)] if epochs else [])
    environment = os.environ | {
        "WANDB_BASE_URL": world.address,
        "WANDB_API_KEY": key,
        "WANDB_ENTITY": TEAM,
        "WANDB_USERNAME": username,
        "WANDB_SILENT": "true",
        "WANDB_DIR": tempfile.mkdtemp(prefix="carnet-demo-"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        words, env=environment, cwd=TRAIN.parent, stdout=quiet, stderr=quiet, start_new_session=True
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process and its children to stop as Ctrl-C would, and insist after a while."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
