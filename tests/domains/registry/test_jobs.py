from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from opensti.domains.registry import actions
from opensti.domains.registry.jobs import run_import
from opensti.domains.registry.models import ImportRun, Organisation
from opensti.kernel.jobs.models import Job, JobState
from opensti.kernel.jobs.work import Cancelled, Work
from tests.factories.registry import AT, OFFICER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed_in")]
ROWS = 7


@pytest.fixture
def handed_in(settings, tmp_path, monkeypatch):
    """A file of seven rows whose import was asked for, read three rows at a time."""
    settings.OPENSTI_DATA_DIR = tmp_path
    monkeypatch.setattr("opensti.domains.registry.jobs.CHUNK", 3)
    monkeypatch.setattr(Work, "actor", OFFICER)
    table = "Tên tổ chức\n" + "".join(f"Viện {n}\n" for n in range(ROWS))
    run = actions.receive_table(
        actor=OFFICER,
        kind="organisations",
        source="x",
        file=ContentFile(table.encode(), name="a.csv"),
        at=AT,
    )
    return actions.launch_import(
        actor=OFFICER, run_id=run.pk, mapping=run.mapping, dry_run=False, at=AT
    )


def running() -> Work:
    job = Job.objects.get()
    job.state = JobState.RUNNING
    job.save()
    return Work(job)


def test_a_killed_import_goes_on_where_it_stopped(monkeypatch):
    def killed(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Work, "progress", killed)
        with pytest.raises(KeyboardInterrupt):
            run_import(running())
    assert Organisation.objects.count() == 3
    counts = run_import(running())
    assert counts == {"created": ROWS, "changed": 0, "unchanged": 0, "refused": 0}
    assert Organisation.objects.count() == ROWS
    assert run_import(running()) == counts


def test_a_cancelled_import_keeps_what_came_in_and_can_be_started_again():
    Job.objects.update(cancel_requested=True)
    with pytest.raises(Cancelled):
        run_import(running())
    run = ImportRun.objects.get()
    assert (run.status, run.created, Organisation.objects.count()) == (
        "cancelled",
        3,
        3,
    )
    Job.objects.all().delete()
    actions.launch_import(
        actor=OFFICER, run_id=run.pk, mapping=run.mapping, dry_run=False, at=AT
    )
    assert run_import(running()) == {
        "created": ROWS - 3,
        "changed": 0,
        "unchanged": 3,
        "refused": 0,
    }
