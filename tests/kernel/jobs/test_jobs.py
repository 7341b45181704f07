"""Work in the background: asked once, done once, shown, stopped, tried again, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.jobs import registry
from opensti.kernel.jobs.actions import cancel, enqueue, job_for, jobs_of, retry
from opensti.kernel.jobs.liveness import alive, is_alive
from opensti.kernel.jobs.models import Job
from opensti.kernel.jobs.queue import run_job
from opensti.kernel.jobs.registry import actors_from, every, job
from opensti.kernel.jobs.worker import forget_messages, keep_time, mend, run_worker
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAN = Actor(user_id=7, name="Lan")
ADMIN = Actor(user_id=1, name="Admin", roles=frozenset({Role.ADMIN}))
pytestmark = pytest.mark.django_db(transaction=True)


def ask(kind="count", **options):
    return enqueue(kind, actor=LAN, at=AT, **options)


def work():
    run_worker(lambda: False, once=True)


def state(asked):
    asked.refresh_from_db()
    return asked.state


def ready_now():
    Job.objects.filter(state="waiting").update(not_before=AT)
    DBTaskResult.objects.update(run_after=AT)


def test_a_job_runs_once_with_its_actor_and_keeps_its_result():
    actors_from(lambda user_id: Actor(user_id=user_id, name="today"))
    seen = []

    @job("count")
    def count(work):
        seen.append((work.actor.name, work.payload))
        work.progress(0, total=2, message="half")
        return {"rows": 2}

    asked = ask(payload={"file": "x"}, subject="registry.import:1")
    work()
    run_job.call(asked.pk)  # a message that comes twice does nothing
    assert seen == [("today", {"file": "x"})]
    assert (state(asked), asked.result, asked.percent) == ("done", {"rows": 2}, 100)
    assert (asked.message, asked.tries, asked.worker != "") == ("half", 1, True)


def test_a_job_of_nobody_is_the_systems():
    @job("count")
    def count(work):
        assert work.actor is SYSTEM

    asked = enqueue("count", actor=SYSTEM, at=AT)
    work()
    assert state(asked) == "done"


def test_an_act_that_fails_asks_for_no_work():
    job("count")(lambda _work: None)
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_an_unknown_kind_is_a_fault():
    with pytest.raises(KeyError):
        ask("nothing")


def test_a_double_click_asks_once():
    job("count")(lambda _work: None)
    first = ask(unique_key="import:1")
    assert ask(unique_key="import:1") == first
    assert ask() != ask()
    work()
    assert ask(unique_key="import:1") != first


def test_a_fault_is_tried_again_later_and_then_named():
    @job("count", tries=2)
    def count(_work):
        raise RuntimeError("broken pipe")

    asked = ask()
    work()
    assert state(asked) == "waiting"
    assert asked.not_before > datetime.now(UTC) + timedelta(seconds=3)
    ready_now()
    work()
    assert (state(asked), asked.tries) == ("failed", 2)
    assert "RuntimeError: broken pipe" in asked.fault
    assert asked.message
    assert asked.mend


def test_a_refusal_is_not_tried_again():
    @job("count")
    def count(_work):
        raise Invalid([Problem(field="file", message="Row 3 is wrong", mend="Mend it")])

    asked = ask()
    work()
    assert (state(asked), asked.tries, asked.message, asked.mend) == (
        "failed",
        1,
        "Row 3 is wrong",
        "Mend it",
    )


def test_retry_goes_on_from_the_checkpoint():
    starts = []

    @job("count", tries=1)
    def count(work):
        start = work.checkpoint.get("next", 0)
        starts.append(start)
        for n in range(start, 4):
            work.progress(n, total=4, checkpoint={"next": n})
            if n == 2 and len(starts) == 1:
                raise RuntimeError
        return {"all": True}

    asked = ask()
    work()
    assert (state(asked), asked.percent) == ("failed", 50)
    retry(actor=LAN, public_id=asked.public_id, at=AT)
    work()
    assert (state(asked), starts) == ("done", [0, 2])
    with pytest.raises(StepNotAllowed):
        retry(actor=LAN, public_id=asked.public_id, at=AT)


def test_cancelling_stops_between_two_pieces():
    done = []

    @job("count")
    def count(work):
        for n in range(10):
            work.progress(n, checkpoint={"next": n})
            done.append(n)
            if n == 3:
                cancel(actor=LAN, public_id=work.job.public_id, at=AT)

    asked = ask()
    work()
    assert (state(asked), done) == ("cancelled", [0, 1, 2, 3])
    with pytest.raises(StepNotAllowed):
        cancel(actor=LAN, public_id=asked.public_id, at=AT)


def test_a_waiting_job_is_cancelled_at_once():
    job("count")(lambda _work: pytest.fail("it was cancelled"))
    asked = ask()
    cancel(actor=ADMIN, public_id=asked.public_id, at=AT)
    work()
    assert (state(asked), asked.tries) == ("cancelled", 0)


def test_others_do_not_know_of_a_job():
    job("count")(lambda _work: None)
    asked = ask()
    stranger = Actor(user_id=8)
    assert list(jobs_of(LAN)) == [asked]
    assert [list(jobs_of(a)) for a in (stranger, Actor())] == [[], []]
    assert job_for(ADMIN, asked.public_id) == asked
    for act in (cancel, retry):
        with pytest.raises(NotFound):
            act(actor=stranger, public_id=asked.public_id, at=AT)


def test_retry_waits_for_its_twin():
    @job("count", tries=1)
    def count(_work):
        raise RuntimeError

    failed = ask(unique_key="k")
    work()
    ask(unique_key="k")
    with pytest.raises(StepNotAllowed):
        retry(actor=LAN, public_id=failed.public_id, at=AT)


def test_a_worker_is_alive_while_it_holds_its_lock():
    with alive("w1"):
        assert (is_alive("w1"), is_alive("w2")) == (True, False)
    assert not is_alive("w1")


def test_a_job_whose_worker_died_goes_on():
    job("count")(lambda work: {"from": work.checkpoint})
    asked = ask()
    Job.objects.update(state="running", worker="dead", tries=1, checkpoint={"next": 5})
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["dead"])
    assert mend() == 1
    work()
    assert (state(asked), asked.result, asked.tries) == (
        "done",
        {"from": {"next": 5}},
        2,
    )


def test_a_living_workers_job_is_left_alone():
    job("count")(lambda _work: None)
    asked = ask()
    Job.objects.update(state="running", worker="busy")
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["busy"])
    with alive("busy"):
        assert mend() == 0
    assert state(asked) == "running"


def test_a_message_lost_with_its_worker_is_sent_again():
    job("count")(lambda _work: None)
    asked = ask()
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["dead"])
    assert (mend(), mend()) == (1, 0)
    work()
    assert state(asked) == "done"


def test_a_job_that_kills_its_workers_is_given_up():
    job("count")(lambda _work: None)
    asked = ask()
    Job.objects.update(state="running", worker="dead", tries=5)
    mend()
    assert state(asked) == "failed"


def test_regular_acts_are_done_once_per_interval_and_a_fault_hinders_nobody():
    done = []
    every(seconds=60, name="a")(lambda _at: 1 / 0)
    every(seconds=3600, name="b")(done.append)
    minute = timedelta(minutes=1)
    found = [keep_time(at=AT + n * minute) for n in (0, 0, 1, 60)]
    assert found == [["a", "b"], [], ["a"], ["a", "b"]]
    assert done == [AT, AT + 60 * minute]


def test_old_messages_are_forgotten_and_jobs_kept():
    job("count")(lambda _work: None)
    ask()
    work()
    now = datetime.now(UTC)
    assert forget_messages(now) == 0
    assert forget_messages(now + timedelta(days=8)) == 1
    assert Job.objects.count() == 1


def test_the_worker_stops_when_told():
    stopped = threading.Event()
    threading.Timer(0.3, stopped.set).start()
    begun = time.monotonic()
    run_worker(stopped.is_set, poll=5)
    assert time.monotonic() - begun < 3


WORKER = """
import os, signal, sys
from pathlib import Path
from django.conf import settings
folder, act = Path(sys.argv[1]), sys.argv[2]
settings.OPENSTI_DATA_DIR = folder
settings.DATABASES["default"] = {
    "ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "jobs.sqlite3"),
    "OPTIONS": {"transaction_mode": "IMMEDIATE"},
}
import django
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.models import Job
from opensti.kernel.jobs.registry import job
from opensti.kernel.jobs.worker import run_worker

@job("count")
def count(work):
    first = work.checkpoint.get("next", 0)
    for n in range(first, 10):
        work.progress(n, checkpoint={"next": n})
        if n == 4 and act == "die":
            os.kill(os.getpid(), signal.SIGKILL)
    return {"from": first}

if act == "die":
    call_command("migrate", verbosity=0)
    enqueue("count", actor=SYSTEM, at=datetime.now(UTC))
run_worker(lambda: False, once=True)
print(*Job.objects.filter(kind="count").values_list("state", "result", "tries"))
"""


def test_after_kill_9_the_next_worker_goes_on(tmp_path):
    def start(act):
        return subprocess.run(
            [sys.executable, "-c", WORKER, str(tmp_path), act],
            check=False,
            env=dict(os.environ),
            capture_output=True,
            text=True,
        )

    died = start("die")
    assert (died.returncode, died.stdout) == (-signal.SIGKILL, ""), died.stderr
    assert start("live").stdout == "('done', {'from': 4}, 2)\n"


def test_the_registry_is_what_modules_declare():
    assert registry.regulars() == []
