"""The crawler: it walks as one person and keeps what was learnt there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import confirmed
from tests.leaks.places import places
from tests.leaks.reading import Reader, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.ui.lists import ListPage
    from tests.leaks.world import World


# Tables that a page may write: the sign-in library notes a person's own address the first
# time that page is read, the reading room that a member read.
WRITABLE = ("account_emailaddress", "panels_paperopening")
_WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b[^\"`]*[\"`]?(\w+)", re.IGNORECASE
)


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
