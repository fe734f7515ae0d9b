"""Work in a child process, with limits: it may take long, eat memory or crash, and only its own job fails.

The child is started anew, never forked from the threaded server. It limits itself, and it dies with its parent: it
holds the other end of a pipe.
"""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, cast

from django.conf import settings

from apps.core import json
from apps.core.jobs.models import Job
from apps.core.jobs.registry import Kind, kind_of

LOOK_EVERY_SECONDS = 1.0
MAX_ANSWER_BYTES = 2**20


class ChildFailed(Exception):
    """The child ended without an answer, or took too long. Its last words are the message."""


def run_in_child(job: Job, kind: Kind, *, is_cancelled: Callable[[], bool] = lambda: False) -> Any:
    """Run a job's handler in a child process and return its answer. Raises ChildFailed."""
    child = subprocess.Popen(
        [*command(), str(job.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        close_fds=True,
    )
    try:
        answer, errors = _wait(child, kind.timeout_seconds, is_cancelled)
    finally:
        _kill(child)
    if child.returncode != 0:
        words = errors.decode(errors="replace").strip().splitlines()
        raise ChildFailed(words[-1][:2_000] if words else f"ended with status {child.returncode}")
    return json.loads(answer[:MAX_ANSWER_BYTES]) if answer else None


def command() -> list[str]:
    """Return how a child is started; the number of its job follows."""
    return [sys.executable, str(settings.ROOT / "manage.py"), "run_job_here"]


def work_here(job_id: int) -> None:
    """The child's side: limit this process, run the handler, print its answer."""
    job = Job.objects.get(pk=job_id)
    kind = kind_of(job.kind)
    limit_this_process(cpu_seconds=kind.timeout_seconds, memory_bytes=kind.memory_bytes)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    answer = kind.handler(**job.arguments)
    sys.stdout.buffer.write(json.dumps(answer))
    sys.stdout.flush()


def limit_this_process(*, cpu_seconds: int, memory_bytes: int) -> None:
    """No core files, so much CPU time and address space, and a low priority."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    os.nice(5)


def _wait(child: subprocess.Popen[bytes], seconds: float, is_cancelled: Callable[[], bool]) -> tuple[bytes, bytes]:
    """Collect what the child says until it ends, looking up now and then whether it still should run."""
    said: dict[str, bytes] = {}
    pipes = {"out": cast(IO[bytes], child.stdout), "err": cast(IO[bytes], child.stderr)}
    readers = [threading.Thread(target=_listen, args=(said, *named), daemon=True) for named in pipes.items()]
    for reader in readers:
        reader.start()
    waited = 0.0
    while child.poll() is None:
        if waited >= seconds:
            raise ChildFailed(f"took longer than {seconds:g} s")
        if is_cancelled():
            raise ChildFailed("was cancelled")
        try:
            child.wait(LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            waited += LOOK_EVERY_SECONDS
    for reader in readers:
        reader.join(5)
    return said.get("out", b""), said.get("err", b"")


def _listen(said: dict[str, bytes], name: str, pipe: IO[bytes]) -> None:
    said[name] = pipe.read()


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started: they share a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe:
            pipe.close()


def _die_with_parent() -> None:
    while os.read(0, 4096):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    os._exit(1)
