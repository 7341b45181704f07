"""What ``opensti survey analyse`` writes: what may be told, and what is the organiser's."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import shutil
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.console.panels_files import Refused
from opensti.kernel.tables import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sti_methods.survey import Analysis, Settings

    from opensti.console.survey_files import Read
    from opensti.console.survey_rules import Asked, Rules

PUBLIC, INTERNAL = "public", "internal"
SUPPRESSED = frozenset({"few", "dominated", "protects"})
PACKAGES = ("numpy", "scipy")
DIGITS = 6


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
    public = {
        "cells.csv": _cells(told),
        "reliability.csv": _gates(told),
        "tests.csv": _tests(told),
        "comparisons.csv": _pairs(told),
        "places.csv": _places(told),
        "needs.csv": _needs(told, currency, all_=False),
        "findings.csv": _findings(told, rules),
    }
    internal = {
        "exclusions.csv": _exclusions(told, read),
        "weights.csv": _weights(told),
        "recommendations.csv": _recommendations(told),
        "needs.csv": _needs(told, currency, all_=True),
    }
    about = {
        "framework": {"code": asked.code, "edition": asked.edition},
        "rules": {"code": rules.code, "edition": rules.edition},
        "items": [q.code for q in read.given.questions],
        "settings": asdict(settings),
        "versions": _versions(),
        "inputs": {name: _sha(path.read_bytes()) for name, path in inputs.items()},
        "files": {name: _sha(data) for name, data in public.items()},
    }
    public["about.json"] = _json(about)
    internal["survey.json"] = _json(
        about
        | {
            "answers": len(read.at),
            "kept": int(told.cleaned.kept.sum()),
            "excluded": told.cleaned.count(),
            "median_minutes": told.cleaned.median,
            "ignored_columns": list(read.ignored),
            "economies": [_economy(one) for one in told.economies],
            "silent_economies": list(told.silent),
            "invariance": [_same(one) for one in told.same],
            "not_compared": dict(told.refused),
            "programmes": {c: {"vi": vi, "en": en} for c, (vi, en) in rules.titles.items()},
            "files": {name: _sha(data) for name, data in internal.items()},
        }
    )  # fmt: skip
    files = {f"{PUBLIC}/{n}": d for n, d in public.items()}
    files |= {f"{INTERNAL}/{n}": d for n, d in internal.items()}
    _write(output, files)
    return _sha("".join(f"{_sha(files[n])}  {n}\n" for n in sorted(files)).encode())


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


def _table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(one) for one in line] for line in lines)
    return told.getvalue().encode()


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float):
        return f"{value + 0.0:.{DIGITS}f}"
    return safe_text(str(value))


def _cells(told: Analysis) -> bytes:
    """A cell that might show somebody is one word, whether it is small or protects another."""
    return _table(
        ("economy", "by", "group", "measure", "key", "mean", "low", "high", "error", "n", "effective", "kept_back"),
        (
            (c.economy, c.by, c.group, c.measure, c.key, c.mean, c.low, c.high, c.error, c.units, c.effective,
             "suppressed" if c.kept_back in SUPPRESSED else c.kept_back)
            for c in told.told
        ),
    )  # fmt: skip


def _shown(told: Analysis) -> set[tuple[str, str]]:
    """Clauses of economies that may be told of: by the total of the economy."""
    return {
        (c.economy, c.key)
        for c in told.told
        if c.measure == "clause" and not c.by and c.kept_back not in SUPPRESSED
    }


def _gates(told: Analysis) -> bytes:
    shown = _shown(told)
    return _table(
        ("economy", "clause", "n", "whole", "omega", "ave", "alpha", "alpha_low", "alpha_high", "verdict", "why"),
        (
            (g.group, g.clause, g.units, g.whole, g.omega, g.ave, g.alpha, g.alpha_low, g.alpha_high, g.verdict, " ".join(g.why))
            if (g.group, g.clause) in shown
            else (g.group, g.clause, *[None] * 7, "suppressed", "")
            for g in told.gates
        ),
    )  # fmt: skip


def _tests(told: Analysis) -> bytes:
    return _table(
        ("clause", "test", "statistic", "df", "p", "p_holm", "effect", "skewness"),
        (
            (c.clause, c.overall.test, c.overall.statistic, " ".join(_cell(d) for d in c.overall.df),
             c.overall.p, c.p_holm, c.overall.effect, c.skewness)
            for c in told.compared.values()
        ),
    )  # fmt: skip


def _pairs(told: Analysis) -> bytes:
    return _table(
        ("clause", "first", "second", "difference", "low", "high", "g", "g_low", "g_high", "p", "p_holm"),
        (
            (c.clause, p.first, p.second, p.difference, p.low, p.high, p.g, p.g_low, p.g_high, p.p, one.p_holm)
            for c in told.compared.values()
            for one in c.pairs
            for p in (one.pair,)
        ),
    )  # fmt: skip


def _places(told: Analysis) -> bytes:
    """Economies from the best on, only where clauses are compared."""
    means = {
        (c.economy, c.key): c.mean
        for c in told.told
        if c.measure == "clause" and not c.by and c.mean is not None
    }
    lines = []
    for clause, compared in told.compared.items():
        names = {n for one in compared.pairs for n in (one.pair.first, one.pair.second)}
        for name in sorted(names, key=lambda n: (-means[n, clause], n)):
            best, worst = compared.place(name)
            lines.append((clause, name, means[name, clause], best, worst))
    return _table(("clause", "economy", "mean", "place_best", "place_worst"), lines)


def _needs(told: Analysis, currency: str, *, all_: bool) -> bytes:
    return _table(
        ("economy", "programme", "asked", "organisations", "seats", "coaches", "budget", "currency", "kept_back"),
        (
            (n.economy, n.programme, n.asked, n.organisations, n.seats, n.coaches, n.budget, currency if n.budget is not None else "", "")
            if all_ or (n.economy, n.programme) not in told.needs_kept_back
            else (n.economy, n.programme, *[None] * 5, "", "suppressed")
            for n in told.needs
        ),
    )  # fmt: skip


def _findings(told: Analysis, rules: Rules) -> bytes:
    """What rules say of economies as such; those on organisations are the organiser's."""
    shown = _shown(told)
    return _table(
        ("rule", "programme", "priority", "economy", "clause", "ahead", "causes", "vi", "en"),
        (
            (r.rule, r.programme, r.priority, r.economy, r.clause, r.ahead, _causes(r.causes), *rules.texts[r.rule])
            for r in told.recommendations
            if r.level in {"gate", "pair"} and (r.economy, r.clause) in shown
        ),
    )  # fmt: skip


def _recommendations(told: Analysis) -> bytes:
    return _table(
        ("rule", "level", "programme", "priority", "economy", "of", "clause", "ahead", "causes"),
        (
            (r.rule, r.level, r.programme, r.priority, r.economy, r.of, r.clause, r.ahead, _causes(r.causes))
            for r in told.recommendations
        ),
    )  # fmt: skip


def _causes(causes: Sequence[Any]) -> str:
    return "; ".join(f"{c.asked}: {c.value:.4g}" for c in causes)


def _exclusions(told: Analysis, read: Read) -> bytes:
    given = read.given.responses
    return _table(
        ("row", "organisation", "respondent", "reasons"),
        (
            (read.at[i], given.organisation[i], given.respondent[i], " ".join(reasons))
            for i, reasons in enumerate(told.cleaned.reasons)
            if reasons
        ),
    )


def _weights(told: Analysis) -> bytes:
    return _table(
        ("economy", "organisation", "weight", "base"),
        (
            (one.name, name, weight, float(base))
            for one in told.economies
            for (name, weight), base in zip(one.weights.items(), one.design.base, strict=True)
        ),
    )  # fmt: skip


def _economy(one: Any) -> dict[str, Any]:
    design = one.design
    return {
        "economy": one.name,
        "organisations": one.organisations,
        "respondents": one.respondents,
        "effective": design.effective,
        "trimmed": design.cut,
        "limit": design.limit,
        "covered": design.covered,
        "uncovered": dict(design.uncovered),
    }


def _same(one: Any) -> dict[str, Any]:
    return {
        "clause": one.clause,
        "groups": list(one.groups),
        "holds": one.holds,
        "why": one.why,
        "level": one.tested.level if one.tested else None,
        "steps": [asdict(step) for step in one.tested.steps] if one.tested else [],
    }


def _versions() -> dict[str, str]:
    ours = {"opensti": version("opensti"), "sti-methods": version("sti-methods")}
    return ours | {name: version(name) for name in PACKAGES}


def _json(content: Mapping[str, Any]) -> bytes:
    told = json.dumps(_plain(content), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)  # fmt: skip
    return (told + "\n").encode()


def _plain(value: Any) -> Any:
    """Numbers to the digits that are told: more of them are the machine's."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0 if math.isfinite(value) else None
    return value


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
