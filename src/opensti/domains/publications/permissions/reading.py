"""Who writes and approves news and events, and who reads which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.choices import ANNOUNCED, ArticleState
from opensti.domains.publications.models import Article
from opensti.kernel.access import (
    EVERYTHING,
    STAFF,
    Role,
    anyone,
    grant,
    has_role,
    rule,
    sees,
    visible,
)
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

READERS = STAFF | {Role.AUDITOR}


@rule(
    _("You wrote this yourself: a second person approves it."),
    who=_("another programme officer, or an agency leader"),
)
def is_second_person(actor: Actor, article: Any) -> bool:
    return article is None or article.written_by_id != actor.user_id


office = has_role(Role.OFFICER, Role.LEADER)
grant("publications.list_articles", has_role(*READERS), reads=True)
grant("publications.write_article", office)
grant("publications.approve_article", office & is_second_person)
grant("publications.publish_article", office)
grant("publications.withdraw_article", office)
# Asked of the second person, when what another proposed is confirmed.
grant("publications.correct_article", office, dangerous=True)
# Nobody needs an account to be told: the address itself answers for it.
grant("publications.subscribe", anyone)


def _articles(actor: Actor) -> Q:
    if actor.has(*READERS):
        return EVERYTHING
    return Q(state__in=ANNOUNCED, publish_on__lte=localdate())


sees(Article, _articles)


def _file(actor: Actor, file: StoredFile) -> bool:
    """Papers beside an article: whoever may know of it; of a withdrawn one the office."""
    rows = visible(
        actor, Article.objects.filter(public_id=file.subject.partition(":")[2])
    )
    if not actor.has(*READERS):
        rows = rows.exclude(state=ArticleState.WITHDRAWN)
    return rows.exists()


files_access("publications.article", _file)
