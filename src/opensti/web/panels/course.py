"""Papers of a meeting: its convocation, and its course item by item."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.domains.panels.choices import (
    BallotMethod,
    LeftWhy,
    MeetingMode,
    Outcome,
    PollState,
    SeatRole,
)
from opensti.kernel.citations import cited
from opensti.ui.templatetags.ui import moment
from opensti.web.panels.documents import WAITING, title_of
from opensti.web.papers import issued, language_of_paper, signed_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.domains.procedures.regimes.format import CouncilRule


def course_document(
    council: Any, parts: Mapping[str, Any], digest: str, signatures: Sequence[Any]
) -> dict[str, Any]:
    """Return the minutes of a running or ended meeting: when, who, item by item, signed.

    Which tie made a member leave for an item is not said; the digest at the end is what
    is signed.
    """
    language = language_of_paper()
    meeting = parts["meeting"]
    blocks: list[dict[str, Any]] = [
        {"kind": "heading", "text": _("1. The meeting")},
        {
            "kind": "pairs",
            "rows": [
                [_("Council"), title_of(council)],
                [_("Set up by decision"), meeting["decision"]],
                [_("Rule"), cited(meeting["rule"])],
                [_("Place"), meeting["place"]],
                [_("Way of voting"), str(BallotMethod(meeting["method"]).label)],
                *(
                    [
                        _("Sitting %(number)d") % {"number": s["number"]},
                        _span(s["opened_at"], s["ended_at"])
                        + (f"; {s['reason']}" if s["reason"] else ""),
                    ]
                    for s in meeting["sittings"]
                ),
            ],
        },
    ]
    if "attendance" in parts:
        blocks.append(
            {
                "kind": "table",
                "title": _("Members"),
                "columns": [_("No."), _("Name"), _("Seat"), _("From - until")],
                "right": [0],
                "widths": [1, 5, 4, 5],
                "rows": [
                    [n, m["name"], SeatRole(m["role"]).label, _there(m)]
                    for n, m in enumerate(parts["attendance"]["members"], start=1)
                ],
            }
        )
    if parts.get("text", {}).get("text"):
        blocks.append({"kind": "heading", "text": _("2. The discussion")})
        blocks += [
            {"kind": "paragraph", "text": text}
            for text in parts["text"]["text"].split("\n\n")
            if text.strip()
        ]
    blocks.append({"kind": "heading", "text": _("3. Item by item")})
    items = [part for name, part in parts.items() if name.startswith("item:")]
    for number, part in enumerate(items, start=1):
        blocks += _item_blocks(number, part)
    blocks.append({"kind": "heading", "text": _("4. Signatures")})
    blocks.append(
        {
            "kind": "pairs",
            "rows": [
                [
                    s.seat.person.full_name,
                    f"{moment(s.signature.signed_at)}, {s.signature.get_how_display()}"
                    if s.signature
                    else "",
                ]
                for s in signatures
            ],
        }
    )
    blocks.append(
        {
            "kind": "paragraph",
            "text": _("Digest of these minutes (SHA-256): %(digest)s")
            % {"digest": digest},
        }
    )
    on = localtime(council.concluded_at).date() if council.concluded_at else None
    heads = [s for s in signatures if s.required]
    return {
        **issued(language, on),
        "number": WAITING,
        "subtitle": title_of(council),
        "blocks": blocks,
        "signatures": [
            {
                "capacity": str(SeatRole(s.seat.role).label),
                "note": "",
                "name": s.seat.person.full_name,
            }
            for s in heads[-2:]
        ]
        or [{"capacity": str(SeatRole.CHAIR.label), "note": "", "name": ""}],
    }


def _span(since: Any, until: Any) -> str:
    end = moment(until) if until else "…"
    return f"{moment(since)} - {end}"


def _there(member: Mapping[str, Any]) -> str:
    spans = [
        f"{localtime(t['since']):%H:%M}-"
        + (f"{localtime(t['until']):%H:%M}" if t["until"] else "…")
        + "".join(f" ({words})" for words in span_words(t))
        for t in member["there"]
    ]
    if spans:
        return ", ".join(spans)
    return _("absent, written opinion") if member["opinion"] else _("absent")


def span_words(there: Mapping[str, Any]) -> list[str]:
    """How a member was there, and why he left: ``remote``, the reason, its words."""
    why = str(LeftWhy(there["why"]).label) if there["why"] else ""
    if there["said"]:
        why = f"{why}: {there['said']}" if why else there["said"]
    return [word for word in (_("remote") if there["remote"] else "", why) if word]


def _poll(poll: Mapping[str, Any]) -> str:
    if poll["state"] != PollState.CLOSED:
        return _("given up: %(reason)s") % {"reason": poll["reason"]}
    return _(
        "%(issued)d papers given out, %(cast)d ballots, %(invalid)d of them "
        "not valid; digest %(digest)s"
    ) % {name: poll[name] for name in ("issued", "cast", "invalid", "digest")}


def _item_blocks(number: int, part: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = [
        [_("Before the council"), _span(t["began_at"], t["ended_at"])]
        for t in part["turns"]
    ]
    rows += [[_("Secret vote"), _poll(poll)] for poll in part["polls"]]
    if part["outcome"]:
        rows.append([_("Result"), str(Outcome(part["outcome"]).label)])
    if part["recommendation"]:
        rows.append([_("Recommendation"), part["recommendation"]])
    blocks: list[dict[str, Any]] = [
        {
            "kind": "article",
            "label": f"3.{number}.",
            "text": f"{part['code']} {part['title']}".strip(),
        }
    ]
    if rows:
        blocks.append({"kind": "pairs", "rows": rows})
    if part["remark"]:
        blocks.append({"kind": "paragraph", "text": part["remark"]})
    blocks += [
        {
            "kind": "paragraph",
            "text": _("Other opinion (%(who)s): %(text)s")
            % {"who": d["name"] or _("a member, unnamed"), "text": d["text"]},
        }
        for d in part["dissents"]
    ]
    return blocks


def convocation_document(
    council: Any,
    called: Any,
    plan: Sequence[tuple[Any, int, int]],
    names: Sequence[str],
    rule: CouncilRule,
) -> dict[str, Any]:
    """Return the letter that calls a member to the meeting, with agenda and times."""
    language = language_of_paper()
    start = localtime(called.meeting_at)
    rows = []
    for number, (item, after, long) in enumerate(plan, start=1):
        thing = item.dossier or item.order
        begins = start + timedelta(minutes=after)
        rows.append(
            [
                number,
                f"{begins:%H:%M}" if long or after else "",
                f"{thing.code or ''} {title_of(thing)}".strip(),
            ]
        )
    blocks: list[dict[str, Any]] = [
        {
            "kind": "paragraph",
            "text": _("You are called to the meeting of the council below."),
        },
        {
            "kind": "pairs",
            "rows": [
                [_("Council"), title_of(council)],
                [_("Set up by decision"), council.decision_number],
                [_("Day and time"), moment(called.meeting_at)],
                [_("How it meets"), str(MeetingMode(called.mode).label)],
                [_("Place"), called.place],
                *([[_("Link of the meeting"), called.link]] if called.link else []),
                [_("Rule"), cited(rule.basis)],
            ],
        },
        {
            "kind": "table",
            "title": _("Agenda"),
            "columns": [_("No."), _("From"), _("Case")],
            "right": [0],
            "widths": [1, 2, 12],
            "rows": rows or [["", "", ""]],
        },
    ]
    if called.note:
        blocks.append({"kind": "paragraph", "text": called.note})
    return {
        **issued(language, localtime(called.sent_at).date()),
        "number": WAITING,
        "title": _("Convocation")
        if called.number == 1
        else _("Changed convocation, no. %(number)d") % {"number": called.number},
        "to": list(names),
        "blocks": blocks,
        "signatures": [signed_by(language)],
    }
