"""What the office prepares for the public, and who is told of it: marked, in the leak test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.console.demo.cast import DOMAIN
from opensti.domains.publications import actions
from opensti.domains.publications.actions.articles import Content
from opensti.domains.publications.models import Subscription
from tests.factories import policies

if TYPE_CHECKING:
    from tests.leaks.world import World


def prepared(world: World) -> None:
    """A draft of news, a draft policy, a correction, a subscriber, a partner's program."""
    cast, at, things = world.cast, world.end, world.things
    officer = cast.actor("officer")
    things["draft news"] = actions.draft_article(
        actor=officer,
        kind="news",
        content=Content(title_vi=f"Tin {world.mark('draft news: title')}"),
        at=at,
    )
    content = policies.content({})
    content["title_vi"] = f"Dự thảo {world.mark('draft policy: title')}"
    things["draft policy"] = actions.draft_policy(actor=officer, content=content, at=at)
    things["correction"] = actions.propose_correction(
        actor=officer,
        kind="call",
        public_id=things["call 1"].public_id,
        field="title_vi",
        value="Thông báo đã sửa",
        reason=f"Sai {world.mark('correction: reason')}",
        basis="Quyết định 1",
        at=at,
    )
    address = f"{world.mark('subscriber: address')}@example.vn"
    actions.subscribe(email=address, language="vi", rhythm="daily", query="", at=at)
    reader = Subscription.objects.get(email=address)
    actions.confirm_subscription(token=actions.token(reader, "confirm"), at=at)
    things["webhook"], _secret = actions.register_webhook(
        actor=cast.actor("applicant2"),
        url=f"https://{world.mark('webhook: url')}.example.vn/",
        at=at,
    )
    things["partner"] = actions.admit_partner(
        actor=cast.actor("admin"),
        organisation_id=cast.hosts["NARIME"].public_id,
        email=f"applicant2@{DOMAIN}",
        agreement=f"Thỏa thuận {world.mark('partner: agreement')}",
        until=at.date().replace(year=at.year + 1),
        at=at,
    )


def arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    """Addresses of their pages."""
    of = {
        "publications": "draft news",
        "disclosure": "draft policy",
        "register": "correction",
        "webhooks": "webhook",
    }
    names = {
        "publications": (
            "article",
            "article_edit",
            "article_autosave",
            "article_step",
            "article_file_add",
        ),
        "disclosure": (
            "version", "file", "simulation", "edit", "rule", "check", "issue",
        ),
        "register": ("correction", "correction_confirm", "correction_refuse"),
        "webhooks": (
            "webhook", "webhook_end", "webhook_wake", "webhook_renew",
        ),
    }  # fmt: skip
    return {
        f"{space}:{name}": [{"public_id": world.things[of[space]].public_id}]
        for space, some in names.items()
        for name in some
    } | {
        "portal:news_item": [{"public_id": world.things["draft news"].public_id}],
        "portal:disclosure_version": [
            {"public_id": world.things["draft policy"].public_id}
        ],
        "webhooks:partner_end": [{"public_id": world.things["partner"].public_id}],
    }
