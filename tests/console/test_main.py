"""The command as a whole: its language, and what it says without a prepared database."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NO_TABLES = (
    "Error: The database has no tables yet (or older ones): run `opensti setup` "
    "(or `opensti manage migrate`).\n"
)
RECEIPT = "this is no receipt"


def opensti(
    folder: Path, *words: str, database: str = "", lang: str = "en_US.UTF-8"
) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "DJANGO_", "PYTEST_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "opensti.console.main", *words],
        env=kept
        | {
            "LANG": lang,
            "OPENSTI_DATA_DIR": str(folder),
            "DATABASE_URL": database or f"sqlite:///{folder / 'none.sqlite3'}",
        },
        cwd=folder,
        input=RECEIPT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    ["procedure list", "log check", "import organisations a.csv", "import tasks a.csv"],
)
def test_a_database_without_tables_is_said_in_one_sentence(
    tmp_path: Path, words: str
) -> None:
    (tmp_path / "a.csv").write_text("id,name,title\n1,A,B\n", encoding="utf-8")
    done = opensti(tmp_path, *words.split())
    assert (done.returncode, done.stderr) == (2, NO_TABLES)


def test_what_needs_no_database_works_where_none_can_be_reached(
    tmp_path: Path,
) -> None:
    nowhere = "postgres://nobody@127.0.0.1:9/none"
    key = opensti(tmp_path, "log", "key", database=nowhere)
    asked = opensti(tmp_path, "procedure", "list", database=nowhere)
    assert key.returncode == 0
    assert asked.returncode == 2
    assert asked.stderr.startswith("Error: The database cannot be reached: ")
    assert asked.stderr.count("\n") == 1


def test_a_start_loads_nothing_that_only_computing_needs() -> None:
    """They take two thirds of a start, and every command, server and worker starts."""
    asked = (
        "import sys, django; django.setup();"
        "print(*sorted({'numba', 'scipy', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "opensti.project.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en_GB.UTF-8", "The receipt does not hold: "),
        ("vi_VN.UTF-8", "Biên nhận không hợp lệ: "),
        ("C.UTF-8", "Biên nhận không hợp lệ: "),
    ],
)
def test_a_command_speaks_the_language_of_the_terminal(
    tmp_path: Path, lang: str, said: str
) -> None:
    key = opensti(tmp_path, "log", "key").stdout.strip()
    done = opensti(tmp_path, "log", "verify", "-", "--key", key, lang=lang)
    assert (done.returncode, done.stderr[: len(said)]) == (1, said)
