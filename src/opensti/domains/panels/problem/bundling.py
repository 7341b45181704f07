"""The forming of a council as a bundle: its frozen inputs in numbers, and nobody in it."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from opensti.domains.panels.models import Place
from opensti.domains.panels.problem.explaining import frozen_bytes, names_of
from opensti.domains.panels.problem.forming import Frozen
from opensti.domains.panels.problem.masking import commitments
from opensti.domains.panels.problem.solving import Contradiction, solve_frozen
from opensti.kernel.frozen import canonical
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.models import FormationRun

FORMAT = "opensti-panel-bundle-1"
PARTS = ("problem", "solution", "commitments", "seats")
PLAIN_TIME = (1980, 1, 1, 0, 0, 0)
LONGEST_PART = 200_000_000  # bytes of one file in a bundle, unpacked
UNUSABLE = "this is no bundle of a council, or a file in it was altered."


def bundle_of(run: FormationRun) -> bytes:
    """A ZIP of what a run was computed from and what came of it; 1 query.

    The problem and the solution are the bytes whose digests stand in the record. Raises
    ``NotFound`` for a run that was frozen with names, before there were numbers.
    """
    if run.names is None or run.problem is None or run.solution is None:
        raise NotFound
    names = names_of(run)
    number_of = {pk: number for number, (pk, _salt) in names.experts.items()}
    case_of = {word: number for number, word in names.words.items()}
    seats = [
        {
            "case": "all" if item is None else case_of[str(item)],
            # Who was erased has no number any more.
            "expert": number_of.get(person, ""),
            "role": role,
            "by_hand": instead is not None,
        }
        for item, person, role, instead in Place.objects.filter(run=run)
        .order_by("pk")
        .values_list("item_id", "person_id", "role", "instead_of_id")
    ]
    files = {
        "panel/problem.json": frozen_bytes(run),
        "panel/solution.json": zlib.decompress(bytes(run.solution)),
        "panel/commitments.json": commitments(names),
        "panel/seats.json": canonical(
            sorted(seats, key=lambda s: (s["case"], s["role"], s["expert"]))
        ),
    }
    digests = {name: sha256(content).hexdigest() for name, content in files.items()}
    manifest = canonical({"format": FORMAT, "sha256": digests})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"bundle.json": manifest, **files}.items():
            archive.writestr(zipfile.ZipInfo(name, PLAIN_TIME), content)
    return out.getvalue()


def recompute(content: bytes) -> dict[str, Any]:
    """Solve a bundle's problem again: is it the same to the byte, and what was by hand.

    Raises ``ValueError`` for what is no bundle or was altered after it was made.
    """
    files = _files(content)
    kept = files["panel/solution.json"]
    answer = solve_frozen(Frozen.of(files["panel/problem.json"]))
    again = b"" if isinstance(answer, Contradiction) else answer.solution
    seats = json.loads(files["panel/seats.json"])
    return {
        "same": again == kept,
        "repeatable": bool(json.loads(kept).get("repeatable", True)),
        "problem": sha256(files["panel/problem.json"]).hexdigest(),
        "solution": sha256(kept).hexdigest(),
        "seats": len(seats),
        "by_hand": sum(bool(seat["by_hand"]) for seat in seats),
    }


def _files(content: bytes) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(item.file_size > LONGEST_PART for item in archive.infolist()):
                raise ValueError("a file of the bundle is too long.")
            files = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(files["bundle.json"])
        right = (
            manifest["format"] == FORMAT
            and {
                f"panel/{part}.json": sha256(files[f"panel/{part}.json"]).hexdigest()
                for part in PARTS
            }
            == manifest["sha256"]
        )
    except (zipfile.BadZipFile, AttributeError, KeyError, TypeError):
        right, files = False, {}
    if not right:
        raise ValueError(UNUSABLE)
    return files
