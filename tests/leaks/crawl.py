"""The crawler: every address of the house, as every person, and what was learnt there."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Max
from django.test import Client
from django.urls import get_resolver, reverse
from openpyxl import load_workbook
from pyarrow.parquet import read_table
from pypdf import PdfReader

from opensti.domains.overlaps.queries import portfolio_map
from opensti.domains.panels.actions import link_token
from opensti.domains.publications.choices import EntryKind
from opensti.exports.files import FILES
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import latest_checkpoint
from opensti.portal.statistics import PAGES
from opensti.ui.lists import ListPage
from tests.factories.accounts import confirmed
from tests.leaks import after, assessed, indicators, strategy, unpublished, voices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.leaks.world import World


# Pages of the public where somebody speaks in his own name.
ASKING = "opensti.portal.supervision."
# Tables that a page may write: the sign-in library notes a person's own address the first
# time that page is read, the reading room that a member read.
WRITABLE = ("account_emailaddress", "panels_paperopening")
_MARK = re.compile(r"zq\d{3}qz")
_TOKEN = re.compile(r"[0-9a-z]{9,}")
LONGEST = 12
_BETWEEN_DIGITS = re.compile(r"[.,\u00a0\u202f ](?<=\d.)(?=\d{3})")
_WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b[^\"`]*[\"`]?(\w+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Place:
    """One url pattern: its qualified name, its view, the names of its arguments."""

    name: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def list_page(self) -> type[ListPage] | None:
        found = getattr(self.view, "view_class", None)
        return found if found and issubclass(found, ListPage) else None

    @property
    def asks_nobody(self) -> bool:
        """Whether its code cannot tell one reader from another (``test_leaks`` holds it)."""
        module = getattr(self.view, "view_class", self.view).__module__
        return module.startswith("opensti.portal.") and not module.startswith(ASKING)


def places() -> list[Place]:
    """Return every url pattern of the project, from the resolver."""
    return list(_walk(get_resolver().url_patterns, ()))


def _walk(patterns: Any, space: tuple[str, ...]) -> Iterator[Place]:
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            inner = (*space, entry.namespace) if entry.namespace else space
            yield from _walk(entry.url_patterns, inner)
        else:
            name = ":".join((*space, entry.name or str(entry.pattern)))
            names = tuple(sorted(entry.pattern.regex.groupindex))
            yield Place(name, entry.callback, names)


def text_of(response: Any) -> str:
    """Return all that a reader can read in an answer, files opened."""
    content = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    kind = response.headers.get("Content-Type", "")
    if content[:4] == b"PAR1":
        return str(read_table(io.BytesIO(content)).to_pylist())
    if content[:4] == b"PK\x03\x04" or content[:5] == b"%PDF-":
        return _of_file(content)
    text = content.decode("utf-8", "replace")
    where = response.headers.get("Location", "")
    named = response.headers.get("Content-Disposition", "")
    if "html" in kind:
        text = html.unescape(text)
    return f"{where}\n{named}\n{text}"


@lru_cache(maxsize=500)
def _of_file(content: bytes) -> str:
    """The text of a paper; the same paper is handed to many people, and opened once."""
    if content[:4] == b"PK\x03\x04":
        return _office(content)
    pages = PdfReader(io.BytesIO(content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    return text + text.replace("\n", "").replace("\u00ad", "")


def _office(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" not in names:  # plain files
            return "\n".join(archive.read(name).decode() for name in names)
        if "word/document.xml" in names:
            xml = archive.read("word/document.xml").decode()
            return re.sub(r"<[^>]+>", "", xml.replace("</w:p>", "\n"))
    book = load_workbook(io.BytesIO(content), read_only=True)
    return "\n".join(
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )


@dataclass
class Reader:
    """Finds the secrets in a text."""

    by_mark: dict[str, str]
    by_word: dict[str, str]
    phrases: tuple[str, ...]

    @classmethod
    def of(cls, world: World) -> Reader:
        return cls(
            {mark: secret for secret, mark in world.marks.items()},
            dict(world.ids),
            tuple(word for word in world.ids if not _TOKEN.fullmatch(word)),
        )

    def secrets(self, text: str) -> set[str]:
        """Return what a text tells: marks, addresses, amounts, names."""
        found = {self.by_mark[mark] for mark in _MARK.findall(text)}
        for token in set(_TOKEN.findall(_BETWEEN_DIGITS.sub("", text))):
            if token in self.by_word:
                found.add(self.by_word[token])
            elif len(token) > LONGEST:
                found |= {s for word, s in self.by_word.items() if word in token}
        return found | {self.by_word[p] for p in self.phrases if p in text}


@dataclass
class Crawl:
    """Walks as one person and keeps what was learnt, and where first."""

    reader: Reader
    learnt: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    asked: int = 0
    only_post: set[str] = field(default_factory=set)
    # Forms of one content that somebody read already: a PDF beside its Word, a workbook beside its CSV.
    second_forms: set[str] = field(default_factory=set)

    def get(self, client: Client, url: str, **headers: str) -> Any:
        def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
            if (hit := _WRITES.match(sql)) and hit[1] not in WRITABLE:
                self.written.add(f"{url}: {hit[1]}")
            return execute(sql, params, many, context)

        self.asked += 1
        with connection.execute_wrapper(watch):
            response = client.get(url, headers=headers)
            response.body = text_of(response)
        response.close()
        if response.status_code >= 500:
            self.broken.append(f"{response.status_code} {url}")
        return response

    def read(
        self, client: Client, url: str, asked: Iterable[Any] = (), **headers: str
    ) -> Any:
        """Ask, and note every secret that the answer tells beyond the question itself."""
        response = self.get(client, url, **headers)
        body = response.body.replace(url, "").replace(url.partition("?")[0], "")
        if response.status_code != 200:
            # A refusal, or the way to the sign-in, may repeat what was asked for.
            for word in asked:
                body = body.replace(str(word), "")
        for secret in self.reader.secrets(body):
            self.learnt.setdefault(secret, url)
        return response


def signed_in(world: World, name: str) -> Client:
    """Return a browser in which this person is signed in, the password just confirmed."""
    client = Client(raise_request_exception=False)
    if name != "public":
        client.force_login(get_user_model().objects.get(pk=world.user(name)))
        confirmed(client)
    return client


def walk(
    crawl: Crawl,
    client: Client,
    addresses: dict[str, list[dict[str, Any]]],
    *,
    alike: bool = True,
) -> None:
    """Read every page, list variant, export, fragment, file and document.

    Not ``alike``: without the pages that ask nobody, which others have read.
    """
    for place in places():
        if place.name in UNWALKED or place.name in crawl.only_post:
            continue
        if place.asks_nobody and not alike:
            continue
        for arguments in addresses[place.name] if place.arguments else [{}]:
            url = reverse(place.name, kwargs=arguments)
            form = f"{place.name} {arguments.get('kind')}"
            if form in crawl.second_forms:
                continue
            for query in ("", *QUERIES.get(place.name, ())):
                first = crawl.read(client, url + query, arguments.values())
                if first.status_code == 405:
                    crawl.only_post.add(place.name)
                if query and first.status_code == 200:
                    crawl.read(client, url + query, HX_Request="true")
            if arguments.get("kind") == "pdf" and first.status_code == 200:
                crawl.second_forms.add(form)
            if place.list_page is not None and first.status_code == 200:
                _variants(crawl, client, url, place.list_page)


def _variants(crawl: Crawl, client: Client, url: str, page: type[ListPage]) -> None:
    names = [n for n in page.table_class.base_columns if n != "tick"]
    every = f"?per_page=200&cols={','.join(names)}"
    crawl.read(client, f"{url}{every}&sort=-{names[0]}", HX_Request="true")
    crawl.read(client, f"{url}{every}&export=csv")
    # The same rows in another file: what one person is given shows that it is made.
    form = f"{page.__module__} {page.__qualname__} xlsx"
    if form not in crawl.second_forms:
        crawl.read(client, f"{url}{every}&export=xlsx")
        crawl.second_forms.add(form)


# Pages whose address carries more than its path.
QUERIES: dict[str, tuple[str, ...]] = {
    "panels:meeting": ("?part=progress",),
    "panels:session": ("?part=state",),
    "panels:room": ("?part=state",),
    "panels:mine": ("?part=state",),
    "panels:secret": ("?part=state",),
    "panels:council_new": ("?kind=selection", "?kind=cost", "?kind=determination"),
    "api-1:calls": ("?q=zq",),
    "api-1:orders": ("?q=zq",),
    "api-1:decisions": ("?q=zq",),
    "api-1:tasks": ("?q=zq",),
    "api-1:organisations": ("?q=vien",),
    "oai": (
        "?verb=ListRecords&metadataPrefix=oai_cerif_openaire_v1_2",
        "?verb=ListRecords&metadataPrefix=oai_dc",
    ),
    "portal:search": ("?q=zq", "?q=vien", "?kind=task", "?export=csv"),
    "portal:suggest": ("?q=zq", "?q=vien"),
    "portal:search_feed": ("?q=zq", "?page=2"),
    "registry:person_suggestions": ("?q=pham", "?q=son"),
    "registry:organisation_suggestions": ("?q=vien",),
}
# Signing out would end the walk; nothing else is left out.
UNWALKED = frozenset({"account_logout"})


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
