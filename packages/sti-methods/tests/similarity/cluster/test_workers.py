from __future__ import annotations

import os
import random
import signal
import sys

import pytest
from distributed import LocalCluster
from sti_methods import similarity
from sti_methods.similarity import Index, Record, pairs
from sti_methods.similarity.cluster import (
    ADDRESS,
    PartedIndex,
    Unreachable,
    crossing,
    workers,
    write_corpus,
)

module = sys.modules["sti_methods.similarity.cluster.workers"]


@pytest.fixture(scope="module")
def cluster():
    """Two processes of Dask, as ``dask worker`` starts them: a nurse restarts a dead one."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        memory_limit=0,
        dashboard_address=":0",
        protocol="tcp",
    ) as started:
        yield started


def drawn(count):
    chance = random.Random(5)  # noqa: S311
    words = [f"{a}{b}" for a in "bcdfgklmnprst" for b in ("an", "em", "inh", "ong")]
    return [
        Record(
            id=f"r{n}",
            title=" ".join(chance.choices(words, k=5)),
            abstract=" ".join(chance.choices(words, k=chance.choice([4, 60]))),
            year=2000 + n % 20,
        )
        for n in range(count)
    ]


class Killer:
    """Kills a worker whenever so many of the tasks that are announced are done."""

    def __init__(self, cluster, *after):
        self.cluster, self.after = cluster, after
        self.killed, self.left = [], []

    def __call__(self, done, announced):
        if done in self.after:
            alive = (worker.pid for worker in self.cluster.workers.values())
            victim = next(filter(None, alive))
            os.kill(victim, signal.SIGKILL)
            self.killed.append(victim)
            self.left.append(announced - done)


def test_workers_killed_in_mid_job_change_no_bit_of_the_answer(
    cluster, tmp_path, monkeypatch
):
    """The third task is of the build, the fortieth of the pairs."""
    monkeypatch.setenv(ADDRESS, cluster.scheduler_address)
    monkeypatch.setattr(crossing, "BLOCK", 100)
    records = drawn(600)
    corpus = write_corpus(records, tmp_path / "corpus", rows=50)
    killer = Killer(cluster, 3, 40)
    with workers(killer) as staff:
        index = PartedIndex.of(corpus, staff)
        near = list(index.pairs(top=5))
        found = list(index.rank(records[:40], top=5))
    whole = Index(records)
    assert near == list(pairs(whole, top=5))
    assert found == [(query, whole.rank(query, top=5)) for query in records[:40]]
    assert [left > 0 for left in killer.left] == [True, True]
    alive = {worker.pid for worker in cluster.workers.values()}
    assert alive.isdisjoint(killer.killed)


def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    monkeypatch.setenv(ADDRESS, "tcp://127.0.0.1:1")
    said = rf"no scheduler answers at tcp://127\.0\.0\.1:1 \({ADDRESS}\)"
    with pytest.raises(Unreachable, match=said), workers():
        pass


def test_an_address_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv(ADDRESS, "nowhere at all")
    with pytest.raises(Unreachable, match="no scheduler answers at nowhere"), workers():
        pass


def test_a_scheduler_without_workers_is_refused(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1)
    with LocalCluster(n_workers=0, dashboard_address=":0", protocol="tcp") as idle:
        monkeypatch.setenv(ADDRESS, idle.scheduler_address)
        with pytest.raises(Unreachable, match="has no workers: start some"), workers():
            pass


def test_what_to_install_is_said_where_dask_is_missing(monkeypatch):
    monkeypatch.setenv(ADDRESS, "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = rf"{ADDRESS} is set, but Dask is not installed: pip install"
    with pytest.raises(Unreachable, match=said), workers():
        pass


def test_what_to_install_is_said_where_arrow_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for name in [
        name
        for name in sys.modules
        if name.startswith(f"{similarity.__name__}.cluster")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(similarity, "cluster")
    with pytest.raises(ImportError, match=r'pip install "sti-methods\[cluster\]"'):
        from sti_methods.similarity import cluster  # noqa: F401, PLC0415
