"""Acts of two connections side by side, for tests on PostgreSQL."""

from __future__ import annotations

import time
from threading import Thread

from django.db import connection, connections, transaction

from opensti.kernel.refusals import Refusal


class Act(Thread):
    """An act on a connection of its own, and what became of it."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.act, self.given, self.fault = act, None, None

    def run(self):
        try:
            self.given = self.act()
        except Exception as fault:  # noqa: BLE001 -- the test says which it expects
            self.fault = fault
        finally:
            connections.close_all()


def waiting():
    """How many connections to this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return cursor.fetchone()[0]


def queued(thing, *acts):
    """Let acts meet: each reaches the locked row (or its end), then all are let go.

    Their order is that in which they are named, so an embrace of two is met every time.
    """
    threads = [Act(act) for act in acts]
    with transaction.atomic():
        type(thing).objects.select_for_update().get(pk=thing.pk)
        for n, thread in enumerate(threads, start=1):
            thread.start()
            ends = time.monotonic() + 20
            while thread.is_alive() and waiting() < n and time.monotonic() < ends:
                time.sleep(0.01)
    return ended(threads)


def at_once(*acts):
    """Let acts run side by side."""
    threads = [Act(act) for act in acts]
    for thread in threads:
        thread.start()
    return ended(threads)


def ended(threads):
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "an act never came to an end"
    unexpected = [t.fault for t in threads if t.fault and not broken_rule(t.fault)]
    assert unexpected == []
    return threads


def broken_rule(fault):
    return isinstance(fault, Refusal)


def done(threads):
    return [thread.fault is None for thread in threads]
