"""The arguments of every address that has some: the things of the leak test's world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max

from opensti.domains.overlaps.queries import portfolio_map
from opensti.domains.panels.actions import link_token
from opensti.domains.publications.choices import EntryKind
from opensti.exports.files import FILES
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import latest_checkpoint
from opensti.portal.statistics import PAGES
from tests.leaks import (
    after,
    assessed,
    indicators,
    innovating,
    strategy,
    surveyed,
    unpublished,
    voices,
)
from tests.leaks.places import places

if TYPE_CHECKING:
    from tests.leaks.world import World


def addresses(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return the arguments of every pattern that has some: the things of this world."""
    things = world.things

    def of(kind: str) -> list[dict[str, Any]]:
        return [
            {"public_id": thing.public_id}
            for name, thing in things.items()
            if name.split()[0] == kind
        ]

    def both(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Word of each, PDF of one: both are made of the same content."""
        return [row | {"kind": "docx"} for row in rows] + [
            row | {"kind": "pdf"} for row in rows[-1:]
        ]

    # The pages inside a dossier are read for one of each kind.
    inside = [
        {"public_id": things[f"dossier {name}"].public_id}
        for name in ("lost", "sealed", "unfinished", "judged")
    ]
    dossiers, councils, items = of("dossier"), of("council"), of("item")
    calls = [*of("call"), {"public_id": things["draft call"].public_id}]
    orders = [
        *of("order"),
        *({"public_id": things[n].public_id} for n in ("draft order", "listed order")),
    ]
    needs = [{"public_id": things[n].public_id} for n in ("draft need", "sent need")]
    lists = [{"public_id": things["draft list"].public_id}]
    files = [
        {"public_id": things[f"dossier {name}"].public_id, "file_id": f.public_id}
        for name, f in _files(things)
    ]
    papers = [
        {"public_id": things[f"item {name}"].public_id, "file": f.public_id}
        for name, f in _files(things)
        if f"item {name}" in things
    ]
    person = things["expert person"]
    people = [{"public_id": person.public_id}]
    hosts = [{"public_id": world.cast.hosts["NARIME"].public_id}]
    users = [{"user_id": world.user("expert4")}, {"user_id": world.user("writer")}]
    decisions, rounds, letters = of("decision"), of("round"), of("letter")
    pair = [e.pk for e in world.cast.experts[3:5]]
    found: dict[str, list[dict[str, Any]]] = {
        "account_confirm_email": [{"key": "x"}],
        "account_reset_password_from_key": [{"uidb36": "1", "key": "x-y"}],
        **assessed.arguments(world),
        **innovating.arguments(world),
        **surveyed.arguments(world),
        **voices.arguments(world),
        **unpublished.arguments(world),
        "portal:call": calls,
        "portal:call_receipt": calls,
        "portal:order": orders,
        "portal:decision": decisions,
        "portal:decision_receipt": decisions,
        "portal:decision_bundle": decisions,
        "portal:panel_bundle": decisions,
        "portal:task": of("task"),
        "portal:task_history": of("task"),
        "portal:order_history": orders,
        "portal:call_history": calls,
        "portal:decision_history": decisions,
        "portal:contract": of("contract"),
        "portal:contract_history": of("contract"),
        "portal:result_history": [{"public_id": things["result won"].public_id}],
        "portal:council": councils,
        "portal:organisation": hosts,
        "portal:person": people,
        "portal:receipt": [{"position": n} for n in (0, 40, 80)],
        "register:correction_new": [
            {"kind": "task", "thing": row["public_id"]} for row in of("task")
        ],
        "portal:kind_feed": [{"kind": kind} for kind in EntryKind.values],
        "portal:thing_feed": [
            {"kind": kind} | one
            for kind, rows in (
                ("call", calls),
                ("order", orders),
                ("decision", decisions),
                ("task", of("task")),
            )
            for one in rows
        ],
        "portal:confirm": [{"token": "x"}],
        "portal:leave": [{"token": "x"}],
        "portal:article_file": [{"file_id": "x"}],
        "portal:sitemap_part": [{"number": "1"}],
        "publications:article_new": [{"kind": "event"}],
        "publications:article_file_remove": [{"public_id": "x", "file_id": "x"}],
        "portal:event": [{"public_id": "x"}],
        "portal:event_calendar": [{"public_id": "x"}],
        "portal:open_file": [{"name": name} for name in FILES],
        "disclosure:preview": [
            {"kind": kind, **row}
            for kind, rows in (
                ("order", orders),
                ("decision", decisions),
                ("task", of("task")),
                ("contract", of("contract")),
                ("result", [{"public_id": things["result won"].public_id}]),
            )
            for row in rows
        ],
        "portal:picture_file": [
            {"key": key, "kind": kind}
            for key in PAGES
            for kind in ("csv", "xlsx", "svg")
        ],
        # Nobody is honoured in this world: its tests hold what candidates tell.
        **{
            name: [{"public_id": "nobody"}]
            for name in (
                "portal:honour",
                "portal:honour_receipt",
                "honours:run",
                "honours:honour",
                "honours:confirm",
                "honours:naming",
                "honours:decline",
                "honours:withdraw",
            )
        },
        "log:tile": _tiles(),
        "log:entry": _entries(),
        "log:entry_receipt": _entries(),
        "contract_calendar": [{"secret": "x"}],
        "api-1:decision_receipt": decisions,
        "api-1:decision_overlap": decisions,
        "accounts:account": users,
        "accounts:role_new": users,
        "accounts:active": users,
        "accounts:invite": users,
        "accounts:erase": users,
        "accounts:role_end": [{"grant_id": 1}],
        "accounts:delegation_revoke": [{"delegation_id": 1}],
        "accounts:delete_view": [{"view_id": 1}],
        "accounts:token_revoke": [{"token_id": 1}],
        "api-1:contract": of("contract"),
        "api-1:organisation": hosts,
        "api-1:call": calls,
        "api-1:order": orders,
        "api-1:decision": decisions,
        "api-1:task": of("task"),
        "api-1:result": [
            {"public_id": thing.public_id}
            for name, thing in things.items()
            if name.startswith("result ")
        ],
        "api-1:offer": of("offer"),
        "api-1:entry_receipt": [{"position": number} for number in range(3)],
        "api-1:webhook_end": [{"public_id": "x"}],
        "webhooks:resend": [{"public_id": "x"}],
        "portal:result": [{"public_id": things["result won"].public_id}],
        "portal:offer": [{"public_id": things["offer won"].public_id}],
        "jobs:job": of("job"),
        "jobs:cancel": of("job"),
        "jobs:retry": of("job"),
        "procedures:regime": [{"code": "moit_2026"}],
        "procedures:year": [{"year": 2028}],
        "audit:flags_of": [{"year": world.end.year}],
        "procedures:switch": [{"code": "moit_2026", "switch": "stand_in_deadlines"}],
        "registry:member_end": [h | {"membership_id": 1} for h in hosts],
        "registry:position_end": [p | {"position_id": 1} for p in people],
        "registry:relation_end": [p | {"relation_id": 1} for p in people],
        "registry:dismiss": [
            {"kind": "person", "first_id": pair[0], "second_id": pair[1]}
        ],
        "registry:merge": [
            {"kind": "person", "survivor_id": pair[0], "merged_id": pair[1]}
        ],
        "registry:undo_merge": [{"merge_id": 1}],
        "registry:import": [{"run_id": 1}],
        "registry:import_start": [{"run_id": 1}],
        "registry:import_errors": [{"run_id": 1}],
        "registry:organisations_bulk": [{"act": "status"}, {"act": "field"}],
        "registry:people_bulk": [{"act": "field"}],
        "tasks:needs_bulk": [{"act": "accept"}],
        "tasks:need_file": [
            {
                "public_id": things[n].public_id,
                "file_id": things[f"paper of {n}"].public_id,
            }
            for n in ("draft need", "sent need")
        ],
        "tasks:list_document": both(lists),
        "tasks:task": of("task"),
        "tasks:secret_new": [{"kind": "order"}, {"kind": "task"}],
        "tasks:secrecy": [
            {"kind": kind, "public_id": one["public_id"]}
            for kind in ("order", "task")
            for one in of(kind)
        ],
        "calls:dossier_edit": _sections(world),
        "calls:dossier_autosave": _sections(world),
        "calls:dossier_file": files,
        "calls:dossier": dossiers,
        "calls:dossier_document": both(inside),
        "calls:eligibility_document": both(inside),
        "calls:eligibility": inside,
        "calls:call_document": both(calls),
        "overlaps:screening": of("screening"),
        "overlaps:screening_document": both(of("screening")),
        "overlaps:cluster": _clusters(world),
        "overlaps:own": [
            *({"kind": "need", **need} for need in needs),
            *({"kind": "dossier", **dossier} for dossier in inside),
        ],
        "overlaps:archive": [{"source": "KHO"}],
        "overlaps:remove_terms": of("terms"),
        "overlaps:terms_errors": of("terms"),
        "overlaps:again": of("screening")[:1],
        "overlaps:judge": [{"hit_id": 1}],
        "overlaps:confirm": [{"verdict_id": 1}],
        "panels:item_paper": papers,
        **{
            key: [{"run": things["run of formation"].public_id}]
            for key in (
                "panels:formation_run",
                "panels:formation_why",
                "panels:formation_compare",
                "panels:formation_workbook",
            )
        },
        "panels:formation": of("formation"),
        "panels:formation_step": of("formation"),
        "panels:seat_reserve": [
            {"public_id": things["council sitting"].public_id, "seat": 1}
        ],
        "panels:calendar": [{"secret": "x"}],
        "panels:certificate": both(councils),
        "panels:certificate_year": [{"year": world.end.year, "kind": "pdf"}],
        "panels:knowing": _known_subjects(
            orders[-3:], [*inside, {"public_id": things["dossier rival"].public_id}]
        ),
        "panels:knowing_ask": _known_subjects(orders, inside)[:1],
        "panels:knowing_seat": _known_subjects(orders, inside)[:1],
        "panels:answer": [{"token": link_token(things["letter to a member"])}],
        "panels:dossier_questions": [
            {"public_id": things[f"dossier {name}"].public_id}
            for name in ("judged", "rival", "studied")
        ],
        "panels:review_paper": [
            {"public_id": things[f"review {name}"].public_id, "kind": kind}
            for name in ("judged", "rival", "studied")
            for kind in ("docx", "pdf")
        ],
        "panels:conflict": of("conflict"),
        "panels:conflict_judge": of("conflict")[:1],
        "panels:conflict_step": of("conflict")[:1],
        "panels:exclusions": inside,
        "panels:independence": both(councils),
        "panels:minutes": both(councils),
        "panels:course": both(councils),
        "panels:signature_scan": [
            {
                "public_id": things["council sitting"].public_id,
                "signature": things["signature on paper"].pk,
            }
        ],
        "panels:letter": both(councils),
        "panels:remark": items,
        **{f"panels:{name}": of("poll") for name in ("secret", "secret_paper", "urn")},
        "panels:scores": both(councils),
        "portfolios:proposal": [*both(rounds), *(r | {"kind": "xlsx"} for r in rounds)],
        "portfolios:scenario_proposal": [
            row | {"kind": kind}
            for row in of("scenario")
            for kind in ("docx", "pdf", "xlsx")
        ],
        "portfolios:round_new": [{"call_id": things["call 3"].pk}],
        "portfolios:round_document": both(rounds),
        "portfolios:letter_document": both(letters),
        **{
            f"portfolios:{name}": rounds
            for name in ("scenarios", "scenario_new", "compare")
        },
        "portfolios:object": [
            *inside,
            {"public_id": things["dossier invalid"].public_id},
        ],
        "portfolios:objection": [
            {"objection_id": things[name].pk}
            for name in ("objection", "objection to not valid")
        ],
    }
    by_prefix: tuple[tuple[str, list[dict[str, Any]]], ...] = (
        ("calls:dossier_new", calls),
        ("calls:dossier", inside),
        ("calls:budget", inside),
        ("calls:", calls),
        ("panels:item", items),
        ("panels:ballot", items),
        ("panels:review", items),
        ("panels:", councils),
        ("portfolios:round", rounds),
        ("portfolios:ranking", rounds),
        ("portfolios:letter", letters),
        ("portfolios:scenario", of("scenario")),
        ("portfolios:", decisions),
        ("tasks:need", needs),
        ("tasks:order", orders),
        ("tasks:list", lists),
        ("registry:organisation", hosts),
        ("registry:member", hosts),
        ("registry:", people),
    )
    for place in places():
        if place.name not in found and place.arguments == ("public_id",):
            for prefix, rows in by_prefix:
                if place.name.startswith(prefix):
                    found[place.name] = rows
                    break
        space = place.name.split(":")[0]
        if place.name not in found and space in {"contracts", "results"}:
            found[place.name] = after.arguments(world, place.name, place.arguments)
        if place.name not in found and place.arguments and _of_strategies(place.name):
            asked = (world, place.name, place.arguments)
            known = strategy.arguments(*asked) or indicators.arguments(*asked)
            found[place.name] = known or [_nowhere(place.arguments)]
    return found


def _of_strategies(name: str) -> bool:
    space, _colon, page = name.partition(":")
    public = (
        *("plan", "goal", "account", "index", "indicator", "scorecard"),
        *("chain", "values"),
    )
    return space == "strategies" or (
        space in {"portal", "api-1"} and page.startswith(public)
    )


def _nowhere(arguments: tuple[str, ...]) -> dict[str, Any]:
    """Arguments of a thing that is not there: numbers 1, words that name nothing."""

    def value(name: str) -> str | int:
        a_number = name == "number" or (name.endswith("_id") and name != "public_id")
        return 1 if a_number else "x"

    return {name: value(name) for name in arguments}


def _known_subjects(
    orders: list[dict[str, Any]], dossiers: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What experts can be ranked for: dossiers and orders, of each kind one."""
    return [{"kind": "dossier", **row} for row in dossiers] + [
        {"kind": "order", **row} for row in orders
    ]


def _clusters(world: World) -> list[dict[str, Any]]:
    """Return the clusters that the office sees, each also where others see less."""
    told = portfolio_map(world.cast.actor("officer"))
    return [{"cluster_id": cluster.id} for cluster in told.clusters]


def _files(things: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (name.removeprefix("file "), file)
        for name, file in things.items()
        if name.startswith("file ")
    ]


def _sections(world: World) -> list[dict[str, Any]]:
    """The section with the text, of dossiers that are or were being written."""
    from opensti.domains.calls.queries import form_of  # noqa: PLC0415

    rows = []
    for name, dossier in world.things.items():
        if not name.startswith("dossier "):
            continue
        if not name.endswith((" sealed", " judged", " unfinished")):
            continue
        chosen = form_of(dossier).sections[1]
        rows.append({"public_id": dossier.public_id, "section": chosen.id})
    return rows


def _entries() -> list[dict[str, Any]]:
    """The last entry of each act, public or not."""
    newest = (
        Entry.objects.order_by().values("public", "act").annotate(n=Max("position"))
    )
    return [{"position": row["n"]} for row in newest]


def _tiles() -> list[dict[str, Any]]:
    """Every entry bundle and hash tile of the signed log."""
    signed = latest_checkpoint()
    assert signed is not None, "sign the log before the walk"
    whole, rest = divmod(signed.size, 256)
    numbers = [f"{n:03d}" for n in range(whole)] + (
        [f"{whole:03d}.p/{rest}"] if rest else []
    )
    return [{"place": f"{level}/{n}"} for level in ("entries", "0") for n in numbers]
