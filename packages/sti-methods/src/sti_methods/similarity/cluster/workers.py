"""Who does the work: this process, or the workers of a Dask scheduler.

Tasks are functions of this package with small arguments; what they work on stands in
files that every worker sees. A task may be done twice, its answer is the same: where a
worker dies its tasks are given to another.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from distributed import Client, Future

ADDRESS = "DASK_SCHEDULER_ADDRESS"
PATIENCE = 20  # seconds for a scheduler to answer and to have a worker


class Unreachable(RuntimeError):  # noqa: N818 -- an answer, as all refusals here
    """The scheduler, or what its workers need, is not there."""


class Lost(RuntimeError):  # noqa: N818 -- as above
    """Workers died again and again over the same task, or the scheduler did."""


class Workers(Protocol):
    """Takes tasks and hands over what they return."""

    count: int
    threads: int  # for the loops of one task; 0: as many as there are cores

    def expect(self, tasks: int) -> None:
        """Say that so many tasks will follow, for the progress."""

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Any:
        """Have a task done; return a handle, which other tasks may have as an argument."""

    def result(self, handle: Any) -> Any:
        """Return what a task returned, or raise what it raised."""

    def everywhere(self, task: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
        """Have every worker do a task; return the answers by the worker's name."""


class _Counter:
    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self._progress, self._lock = progress, Lock()
        self._done = self._all = 0

    def expect(self, tasks: int) -> None:
        with self._lock:
            self._all += tasks

    def tick(self) -> None:
        with self._lock:
            self._done += 1
            self._progress(self._done, max(self._all, self._done))


class Here:
    """This process: a task is done when it is submitted, its handle is its answer."""

    count, threads = 1, 0

    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self._counter = _Counter(progress)
        self.expect = self._counter.expect

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Any:
        answer = task(*arguments)
        self._counter.tick()
        return answer

    def result(self, handle: Any) -> Any:
        return handle

    def everywhere(self, task: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
        return {"this process": task(*arguments)}


class There:
    """The workers of a Dask scheduler, which may come and go."""

    threads = 1

    def __init__(
        self, client: Client, count: int, progress: Callable[[int, int], None]
    ) -> None:
        self._client, self.count = client, count
        self._counter = _Counter(progress)
        self.expect = self._counter.expect

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Any:
        future = self._client.submit(task, *arguments, pure=False)
        future.add_done_callback(  # type: ignore[no-untyped-call]
            lambda _future: self._counter.tick()
        )
        return future

    def result(self, handle: Future[Any]) -> Any:
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415 -- an extra

        try:
            return handle.result()
        except KilledWorker as killed:
            raise Lost(
                f"a task was given up after several workers died over it, the last one {killed.last_worker.address}: "
                "see their logs; most often memory ran out, and smaller partitions help"
            ) from None
        except CancelledError:
            raise Lost(
                "the scheduler went away with the work under way; begin anew"
            ) from None

    def everywhere(self, task: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
        return self._client.run(task, *arguments)  # type: ignore[no-any-return]


@contextmanager
def workers(
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Iterator[Workers]:
    """Give the workers of ``DASK_SCHEDULER_ADDRESS``, or this process if it is not set.

    ``progress`` is told how many tasks are done, of how many.

    Raises
    ------
    Unreachable
        The scheduler does not answer or has no worker within 20 seconds. The work is
        never done in this process instead.
    """
    address = os.environ.get(ADDRESS, "").strip()
    if not address:
        yield Here(progress)
        return
    try:
        from distributed import Client  # noqa: PLC0415 -- an extra
    except ImportError:
        raise Unreachable(
            f'{ADDRESS} is set, but Dask is not installed: pip install "sti-methods[cluster]"'
        ) from None
    try:
        client = Client(  # type: ignore[no-untyped-call]
            address, timeout=PATIENCE, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise Unreachable(
            f"no scheduler answers at {address} ({ADDRESS}): {error}"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise Unreachable(
                f"the scheduler at {address} has no workers: start some with dask worker {address}"
            ) from None
        count = len(client.nthreads())  # type: ignore[no-untyped-call]
        yield There(client, count, progress)
