"""``opensti export all``: every file of one moment, each as it is by itself."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from opensti.console import export as command
from opensti.domains.publications.queries import lives
from opensti.domains.tasks.models import Task
from opensti.exports import source
from opensti.exports.files import FILES, chunks_of
from tests.factories import contract_papers
from tests.factories import portfolios as factory

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(command.export, words, catch_exceptions=False)


@pytest.fixture
def folder(tmp_path):
    """Beside what the house keeps in its own folder."""
    made = tmp_path / "open-data"
    made.mkdir()
    return made


def test_every_file_is_written_as_it_is_by_itself_and_an_empty_one_is_taken_away(
    folder,
):
    contract_papers.signed()
    (folder / "iati.xml").write_text("of an earlier state", encoding="utf-8")
    done = run("all", "--folder", str(folder))
    assert done.exit_code == 0
    assert "iati.xml" in done.stderr
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert written == {
        name: b"".join(chunks_of(name)) for name in FILES if name != "iati.xml"
    }


def test_all_files_tell_the_moment_at_which_the_house_was_read(folder, monkeypatch):
    contract_papers.signed()

    def renamed(output, chunks):
        Task.objects.update(title_vi="Tên mới giữa chừng")
        return written(output, chunks)

    written = command._replace
    monkeypatch.setattr(command, "_replace", renamed)
    run("all", "--folder", str(folder))
    assert "Tên mới giữa chừng" not in (folder / "awards.csv").read_text("utf-8")


@pytest.mark.parametrize("at_once", [1, 2, 200])
def test_lives_that_are_kept_are_read_again_as_often_as_asked(at_once, monkeypatch):
    monkeypatch.setattr(source, "AT_ONCE", at_once)
    factory.released(factory.judged("90", "80", "70", orders=3))
    wanted = list(lives())
    with source.kept(lives()) as read:
        both = list(zip(read(), read(), strict=True))
    assert both == [(life, life) for life in wanted]
    assert len(both) == 3


def test_how_far_it_is_is_said_in_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "PROGRESS_SECONDS", -1)
    factory.released(factory.judged("90", "80", "70", orders=3))
    done = run("tables", "--table", "awards", "--output", str(tmp_path / "awards.xlsx"))
    told = [line for line in done.stderr.splitlines() if line]
    assert [line.partition(": ")[0] for line in told] == ["awards.xlsx"] * 3
    assert [word for word in told[-1].split() if word.isdigit()] == ["3", "3"]
