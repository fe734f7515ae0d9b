"""Work in a child process: it answers, fails, takes too long, eats too much, is cancelled, or loses its parent."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps.core.jobs import cancel, child, enqueue, worker
from apps.core.jobs.child import ChildFailed, run_in_child
from apps.core.jobs.models import Job, JobState
from apps.core.jobs.registry import Kind, job

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
CHILD = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
import django
django.setup()
from apps.core.jobs import job
from apps.core.jobs.child import work_here

@job("tests.child", timeout_seconds=30, memory_bytes=2**30)
def act(what):
    if what == "answer":
        return {{"pid": os.getpid(), "stdin": sys.stdin.isatty()}}
    if what == "fail":
        raise ValueError("the figure is square")
    if what == "die":
        os.abort()
    if what == "eat":
        return len(bytearray(2**31))
    time.sleep(60)

work_here(int(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _children(served_environment, monkeypatch, tmp_path):
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    for name, value in served_environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(child, "command", lambda: [sys.executable, str(script)])
    job("tests.child", timeout_seconds=30, max_attempts=1, in_child=True)(lambda what: None)


def kind(seconds=30):
    return Kind("tests.child", lambda what: None, seconds, 1, True, 2**30)


def queued(what):
    return enqueue("tests.child", {"what": what})


@pytest.mark.slow
def test_the_answer_of_a_child_is_kept():
    queue = queued("answer")
    assert worker.run(queue.pk)
    done = Job.objects.get()
    assert done.state == JobState.DONE, done.error
    assert done.result is not None
    assert done.result["pid"] != os.getpid()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "words"), [("fail", "ValueError: the figure is square"), ("die", ""), ("eat", "MemoryError")]
)
def test_a_child_that_fails_fails_alone(what, words):
    queue = queued(what)
    assert worker.run(queue.pk)
    failed = Job.objects.get()
    assert failed.state == JobState.FAILED
    assert words in failed.error


@pytest.mark.slow
def test_a_child_that_takes_too_long_is_ended():
    with pytest.raises(ChildFailed, match="took longer than 1 s"):
        run_in_child(queued("sleep"), kind(seconds=1))


@pytest.mark.slow
def test_a_cancelled_job_loses_its_child():
    queue = queued("sleep")
    Job.objects.filter(pk=queue.pk).update(state=JobState.RUNNING, attempts=1)
    queue.refresh_from_db()
    assert cancel(queue)
    with pytest.raises(ChildFailed, match="cancelled"):
        run_in_child(queue, kind(), is_cancelled=lambda: worker._is_cancelled(queue))


@pytest.mark.slow
def test_a_child_dies_with_its_parent():
    queue = queued("sleep")
    orphan = subprocess.Popen([*child.command(), str(queue.pk)], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    time.sleep(2)
    assert orphan.poll() is None
    assert orphan.stdin is not None
    orphan.stdin.close()  # as the kernel does when the parent dies
    assert orphan.wait(10) == 1
