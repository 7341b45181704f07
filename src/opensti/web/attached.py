"""File fields of a regime's form: what is kept, what was just handed in, what goes.

The files themselves are the domain's: each form page hands in what it keeps, and calls
its own actions for what ``handed_in`` and ``taken_out`` read from the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from opensti.kernel.files.models import StoredFile
    from opensti.web.requests import Request


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file of a field; ``key`` is what the page sends to replace or take it out."""

    key: str
    name: str
    size: int
    url: str
    state: Any = ""

    @classmethod
    def of(
        cls, file: StoredFile, *, url: str, key: str = "", title: str = ""
    ) -> KeptFile:
        readable = file.is_readable
        return cls(
            key=key or file.public_id,
            name=title or file.name,
            size=file.size,
            url=url if readable else "",
            state="" if readable else file.get_state_display(),
        )


@dataclass(frozen=True, kw_only=True)
class FileField:
    """A file question on the page: its files, an input for one more, its errors."""

    name: str
    label: str
    help: str
    required: bool
    files: Sequence[KeptFile]
    errors: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A file chosen on the page; ``replaces`` is the key of the one it stands for."""

    field: str
    file: UploadedFile[bytes]
    replaces: str = ""


def handed_in(
    request: Request,
    fields: Iterable[str],
    kept: Mapping[str, Sequence[KeptFile]],
) -> list[HandedIn]:
    found: list[HandedIn] = []
    for field in fields:
        found += [
            HandedIn(field=field, file=file, replaces=old.key)
            for old in kept.get(field, ())
            if (file := request.FILES.get(f"replace-{old.key}")) is not None
        ]
        found += [
            HandedIn(field=field, file=file) for file in request.FILES.getlist(field)
        ]
    return found


def keep_all(
    files: Iterable[HandedIn], keep: Callable[[HandedIn], object]
) -> dict[str, list[str]]:
    """Keep each file by ``keep``; what was refused is said for its field, by name."""
    errors: dict[str, list[str]] = {}
    for each in files:
        try:
            keep(each)
        except Invalid as refusal:
            errors.setdefault(each.field, []).extend(
                f"{each.file.name}: {p.message} {p.mend}".strip()
                for p in refusal.problems
            )
    return errors


def taken_out(
    request: Request, kept: Mapping[str, Sequence[KeptFile]]
) -> KeptFile | None:
    """The kept file whose “take out” was pressed, if one was."""
    key = request.POST.get("detach", "")
    return next(
        (file for files in kept.values() for file in files if file.key == key), None
    )
