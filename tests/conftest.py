"""What every test stands on: data of its own, and nobody's cache."""

from __future__ import annotations

import base64
import gc
import os
from itertools import count

import pytest
from _pytest import runner
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template.base import Template
from django.test import Client
from django.test.utils import instrumented_test_render
from django.utils.translation import override
from hypothesis import HealthCheck
from hypothesis import settings as trying
from whitenoise.middleware import WhiteNoiseMiddleware
from xdist.scheduler import LoadFileScheduling

from opensti.domains.procedures.actions import loading as freezing
from opensti.domains.procedures.regimes import loading
from opensti.kernel.citations import learn
from opensti.kernel.stackroom import with_room
from opensti.project import caching
from tests.factories import tasks as task_factory
from tests.factories.accounts import account

# What takes half a minute and more, longest first; the forms in a browser mostly wait, so
# they go beside the journeys, which keep both cores busy.
SLOW = (
    "tests/journeys/",
    "tests/leaks/",
    "tests/crash/",
    "tests/ui/test_autosave",
    "tests/console/test_demo",
    "tests/console/test_main",
    "tests/domains/portfolios/",
    "tests/domains/panels/",
)
# Nobody needs a test's data after a power cut: commits on PostgreSQL need not wait for
# the disk. The tests that kill servers keep what a house has (tests/crash). Tables of
# tests have few rows: compiling a query takes longer than answering it.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off -c jit=off")
SWEPT_AFTER = 100
finished = count(1)
# A property holds or does not; how long a machine took to make up an example is no fault.
trying.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
trying.load_profile("house")
in_room = with_room(runner.pytest_runtest_protocol)


def pytest_configure():
    """Reading the procedures is most of a test's time: each file once a process.

    Before the tests are collected: some are parametrised by what the procedures say.
    """
    read, seen = loading._read_yaml, {}
    check, checked = freezing.check_regime, {}

    def once(path):
        stat = path.stat() if path.exists() else None
        key = (path, stat and (stat.st_mtime_ns, stat.st_size))
        if stat is None or key not in seen:
            seen[key] = read(path)
        return seen[key]  # whoever asks builds his own of it

    def check_once(regime):
        if id(regime) not in checked:
            checked[id(regime)] = regime, check(regime)
        return list(checked[id(regime)][1])

    loading._read_yaml = once
    freezing.check_regime = check_once


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """All that is imported and collected stays: do not look for waste meanwhile."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(items):
    """What takes longest is begun first, so that both processes end together."""
    items.sort(
        key=lambda item: next(
            (n for n, place in enumerate(SLOW) if item.nodeid.startswith(place)),
            len(SLOW),
        )
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    return in_room(item, nextitem)


def pytest_runtest_logfinish():
    """On PostgreSQL, what tests took back is swept away now and then.

    A row rolled back stays in its table until a vacuum, and a server for tests may do
    none of its own: each test would read past the rows of all before it.
    """
    if connection.vendor != "postgresql" or not connection.connection:
        return
    if next(finished) % SWEPT_AFTER == 0:
        server = connection.get_new_connection(connection.get_connection_params())
        server.autocommit = True
        server.execute("VACUUM (SKIP_LOCKED)")
        server.close()


def pytest_collection_finish():
    """What is there by now stays to the end: leave it out of every later collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


class ByFile(LoadFileScheduling):
    """A file's tests run in one process; so do all journeys, which share a house."""

    def _split_scope(self, nodeid):
        house = "tests/journeys"
        return house if nodeid.startswith(house) else super()._split_scope(nodeid)


@pytest.fixture(autouse=True)
def _language_of_the_house():
    """A page in another language leaves that language to whatever runs next."""
    with override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _own_place(settings, tmp_path):
    """Files, keys and the log's name are the test's own."""
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_EMBEDDINGS = ""
    settings.OPENSTI_LOG_ORIGIN = "log.example"
    settings.OPENSTI_LOG_KEY = base64.b64encode(bytes(range(32))).decode()
    settings.OPENSTI_LOG_FORMER_KEYS = ()
    for kept in caches.all(initialized_only=True):
        kept.clear()
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _sources_known():
    """A process asks for the names of sources once; no test's query count holds that."""
    for file in loading.regime_files():
        sources = loading.load_file(file)["sources"]
        learn({s["id"]: (s["short_vi"], s["short_en"]) for s in sources})


@pytest.fixture(scope="session", autouse=True)
def _closed_answers_leave_the_transaction_alone():
    """A file handed out ends its request when it is closed, and with it the connection.

    Django's test client sees to it for other answers; a test that closes a file itself
    would lose its transaction on PostgreSQL.
    """
    real = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def outside_of_tests_own(connection):
        if not connection.in_atomic_block:
            real(connection)

    BaseDatabaseWrapper.close_if_unusable_or_obsolete = outside_of_tests_own
    yield
    BaseDatabaseWrapper.close_if_unusable_or_obsolete = real


@pytest.fixture(scope="session", autouse=True)
def _pages_drawn_as_in_service(django_test_environment):
    """Django's tests copy the context of every template drawn, each component's too.

    That is a quarter of a page's time. Who asks for ``response.context`` says so with
    ``contexts_kept``.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Template, "_render", lambda page, context: page.nodelist.render(context)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def _files_of_pages_found_once():
    """Each browser of a test begins a server; the files that pages need stay where they are."""
    found = {}

    def kept(served):
        if not found:
            look(served)
            found.update(served.files)
        served.files = dict(found)

    look = WhiteNoiseMiddleware.add_files_from_finders
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", kept)
        yield


@pytest.fixture(scope="session", autouse=True)
def _tables_emptied_row_by_row():
    """PostgreSQL gives a table that is truncated new files: a second for all of them.

    A test that commits leaves a few rows. All foreign keys wait for the end of the
    transaction, so the order of the tables does not matter.
    """
    if connection.vendor != "postgresql":
        yield
        return

    def deleted(ops, _style, tables, *, reset_sequences=False, **_wish):
        assert not reset_sequences, "TRUNCATE would be needed"
        return [f"DELETE FROM {ops.quote_name(t)}" for t in tables]  # noqa: S608

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "sql_flush", deleted)
        yield


@pytest.fixture(autouse=True)
def _pages_drawn_each_time(monkeypatch):
    """A public page's budget is its own: what all of them ask is held by ``test_caching``."""
    monkeypatch.setattr(caching, "page_state", lambda at: "")  # noqa: ARG005


@pytest.fixture
def contexts_kept(monkeypatch):
    """``response.context`` and ``response.templates`` say what a page was drawn from."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.fixture
def regimes(db):
    """The procedures as they are shipped."""
    task_factory.regimes()


@pytest.fixture
def client_of():
    """Sign in as somebody: ``client_of(actor)`` or ``client_of("officer", "leader")``.

    Each has a browser of their own.

    The roles of an actor made by a factory are written down, so that the pages find
    them. ``sudo`` says that the password was confirmed a moment ago.
    """

    def signed_in(*who, sudo=True):
        return account(Client(), *who, sudo=sudo)

    return signed_in
