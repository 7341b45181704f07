"""Hand files out: only checked ones, only to those the owning domain lets read them.

Always as a download, never shown inside a page: no uploaded HTML, SVG or PDF script
ever runs under this site's address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse
from django.utils.http import content_disposition_header

from opensti.kernel.access import Verdict
from opensti.kernel.files import store
from opensti.kernel.files.models import StoredFile
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.kernel.access import Actor

    Rule = Callable[[Actor, StoredFile], Verdict | bool]

_rules: dict[str, Rule] = {}


def files_access(subject_prefix: str, rule: Rule) -> None:
    """State who may read files whose subject starts with a prefix ("calls.dossier").

    Called from a domain's ``permissions.py``; the longest prefix decides. A subject
    without any rule is read by nobody.
    """
    _rules[subject_prefix] = rule


def may_read(actor: Actor, file: StoredFile) -> Verdict:
    """Return whether the person may read the file, by the owner's rule."""
    for prefix in sorted(_rules, key=len, reverse=True):
        if file.subject == prefix or file.subject.startswith(
            (f"{prefix}:", f"{prefix}.")
        ):
            return Verdict(allowed=bool(_rules[prefix](actor, file)))
    return Verdict(allowed=False)


def readable_file(actor: Actor, public_id: str) -> StoredFile:
    """Return the file, or ``NotFound`` whether it is absent, hidden or not checked."""
    file = StoredFile.objects.filter(public_id=public_id).first()
    if file is None or not file.is_readable or not may_read(actor, file):
        raise NotFound
    return file


def files_of(subject: str, *, kind: str | None = None) -> list[StoredFile]:
    """Return the files in use of a thing, oldest first (access: the caller's)."""
    rows = StoredFile.objects.filter(subject=subject, removed_at__isnull=True)
    rows = rows.exclude(state="rejected")
    return list(rows if kind is None else rows.filter(kind=kind))


def as_download(name: str) -> str:
    """Return the header that hands an answer out as a file, whatever somebody typed."""
    clean = "".join(c if c.isprintable() and c not in '"\\/' else "-" for c in name)
    return content_disposition_header(as_attachment=True, filename=clean) or ""


def serve(file: StoredFile) -> FileResponse:
    """Return the download; the caller has asked ``readable_file``."""
    try:
        content = store.clean_path(file.sha256).open("rb")
    except FileNotFoundError:
        raise NotFound from None
    if not file.is_readable:
        content.close()
        raise NotFound
    response = FileResponse(content, content_type=file.media_type)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = as_download(file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{file.sha256}"'
    return response
