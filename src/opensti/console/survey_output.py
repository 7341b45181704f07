"""What ``opensti survey analyse`` writes: what may be told, and what is the organiser's."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.console.panels_files import Refused
from opensti.domains.surveys.questionnaires.telling import (
    as_json,
    as_table,
    causes_text,
    needs_table,
    public_tables,
    sha,
    summary_of,
    versions,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sti_methods.survey import Analysis, Settings

    from opensti.console.survey_files import Read
    from opensti.domains.surveys.questionnaires import Asked, Rules

PUBLIC, INTERNAL = "public", "internal"


def refuse_folder(output: Path, read: Sequence[Path]) -> None:
    """Refuse a place that is a file, or a folder with a file that is read."""
    if output.exists() and not output.is_dir():
        raise Refused(
            f"{_('Nothing was written.')}\n"
            + _("%(place)s is a file; name a folder.") % {"place": output.name}
        )
    ours = {(output / part).resolve() for part in (PUBLIC, INTERNAL)}
    for path in read:
        if ours & set(path.resolve().parents):
            raise Refused(
                f"{_('Nothing was written.')}\n{path.name}: "
                + _("this file is used already; write to another.")
            )


def write_wave(
    output: Path,
    told: Analysis,
    *,
    read: Read,
    asked: Asked,
    rules: Rules,
    settings: Settings,
    currency: str,
    inputs: Mapping[str, Path],
) -> str:
    """Write all files or none, and return the digest over all of them."""
    public = public_tables(told, rules=rules, currency=currency)
    internal = {
        "exclusions.csv": _exclusions(told, read),
        "weights.csv": _weights(told),
        "recommendations.csv": _recommendations(told),
        "needs.csv": needs_table(told, currency, all_=True),
    }
    about = {
        "framework": {"code": asked.code, "edition": asked.edition},
        "rules": {"code": rules.code, "edition": rules.edition},
        "items": [q.code for q in read.given.questions],
        "settings": asdict(settings),
        "versions": versions(),
        "inputs": {name: sha(path.read_bytes()) for name, path in inputs.items()},
        "files": {name: sha(data) for name, data in public.items()},
    }
    public["about.json"] = as_json(about)
    internal["survey.json"] = as_json(
        about
        | summary_of(told)
        | {
            "ignored_columns": list(read.ignored),
            "programmes": {c: {"vi": vi, "en": en} for c, (vi, en) in rules.titles.items()},
            "files": {name: sha(data) for name, data in internal.items()},
        }
    )  # fmt: skip
    files = {f"{PUBLIC}/{n}": d for n, d in public.items()}
    files |= {f"{INTERNAL}/{n}": d for n, d in internal.items()}
    _write(output, files)
    return sha("".join(f"{sha(files[n])}  {n}\n" for n in sorted(files)).encode())


def _write(output: Path, files: Mapping[str, bytes]) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    except OSError as error:
        raise Refused(_("Nothing was written: %(why)s.") % {"why": error.strerror}) from None  # fmt: skip
    try:
        for name, data in files.items():
            place = unfinished / name
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
        output.mkdir(exist_ok=True)
        for part in (PUBLIC, INTERNAL):
            if (output / part).exists():
                shutil.rmtree(output / part)
            (unfinished / part).replace(output / part)
    except OSError as error:
        raise Refused(_("Nothing was written: %(why)s.") % {"why": error.strerror}) from None  # fmt: skip
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _recommendations(told: Analysis) -> bytes:
    return as_table(
        ("rule", "level", "programme", "priority", "economy", "of", "clause", "ahead", "causes"),
        (
            (r.rule, r.level, r.programme, r.priority, r.economy, r.of, r.clause, r.ahead, causes_text(r.causes))
            for r in told.recommendations
        ),
    )  # fmt: skip


def _exclusions(told: Analysis, read: Read) -> bytes:
    given = read.given.responses
    return as_table(
        ("row", "organisation", "respondent", "reasons"),
        (
            (read.at[i], given.organisation[i], given.respondent[i], " ".join(reasons))
            for i, reasons in enumerate(told.cleaned.reasons)
            if reasons
        ),
    )


def _weights(told: Analysis) -> bytes:
    return as_table(
        ("economy", "organisation", "weight", "base"),
        (
            (one.name, name, weight, float(base))
            for one in told.economies
            for (name, weight), base in zip(one.weights.items(), one.design.base, strict=True)
        ),
    )  # fmt: skip
