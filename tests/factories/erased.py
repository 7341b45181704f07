"""What a person leaves in the public register and in what citizens say, name and all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opensti.domains.publications import actions as publications
from opensti.domains.publications.models import (
    Article,
    Correction,
    Honour,
    HonourCriterion,
    HonourRun,
    Partner,
    PersonConsent,
    PolicyVersion,
)
from opensti.domains.supervision import actions as supervision
from opensti.domains.supervision.actions import Speaker
from opensti.kernel.access import PUBLIC, Role
from tests.factories import supervision as factory

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.registry.models import Organisation, Person
    from opensti.kernel.access import Actor


def published(known: Person, by: Actor, host: Organisation, at: datetime) -> None:
    """Subscriber, owner of a webhook, partner, agreed to a page and to be honoured."""
    for address in ("zyxwong@example.org", "ZYXWONG@example.org"):
        publications.subscribe(
            email=address, language="vi", rhythm="daily", query=f"q={address}", at=at
        )
    publications.register_webhook(
        actor=by, url="https://zyxwong.example.org/hook", at=at
    )
    who = by.account_id
    Partner.objects.create(
        organisation=host,
        user_id=who,
        agreement="Thỏa thuận 1",
        since=at.date(),
        until=at.date() + timedelta(days=90),
    )
    PersonConsent.objects.create(person=known, text_version=1, given_at=at)
    criterion = HonourCriterion.objects.create(
        code="x", number=1, name_vi="X", reason_vi="X", whom="team", measure="used",
        least=1, made_by_id=who, made_at=at,
    )  # fmt: skip
    run = HonourRun.objects.create(
        criterion=criterion, year=2025, inputs={}, sha256="0" * 64, made_by_id=who,
        made_at=at,
    )  # fmt: skip
    Honour.objects.create(
        run=run, organisation=host, person=known, agreed_at=at, figure=1,
        proposed_by_id=who,
    )  # fmt: skip
    _as_an_official(who, at)


def _as_an_official(who: int, at: datetime) -> None:
    """What stays as it is, with the number of who did it."""
    PolicyVersion.objects.create(
        number=99,
        title_vi="X",
        content={},
        digest="0",
        drafted_by_id=who,
        drafted_at=at,
    )
    Correction.objects.create(
        kind="task", subject="x", title="X", field="title_vi", reason="X", basis="X",
        proposed_by_id=who, proposed_at=at,
    )  # fmt: skip
    Article.objects.create(
        kind="news", title_vi="X", written_by_id=who, created_at=at, changed_at=at
    )


def said(by: Actor, at: datetime) -> dict[str, Any]:
    """Texts by account and by mail, one never confirmed; a petition supported both ways."""
    voices = {}
    for name, actor, speaker in (
        ("account", by, Speaker(level="person", show_name=True)),
        ("unconfirmed", PUBLIC, _by_mail("zyxwong@example.org")),
        ("mail", PUBLIC, _by_mail("Zyxwong@Example.org")),
    ):
        voices[name] = supervision.receive_voice(
            actor=actor,
            kind="petition",
            about="",
            title=f"Kiến nghị {name}",
            text=f"Đề nghị công bố {name}.",
            speaker=speaker,
            token=factory.token(),
            at=at,
        )
    mailed = voices["mail"]
    supervision.confirm_voice(
        public_id=mailed.public_id, code=supervision.confirm_code(mailed), at=at
    )
    supervision.publish_voice(
        actor=factory.in_office(Role.OFFICER), voice_id=mailed.pk, at=at
    )
    for actor, more in (
        (by, {}),
        (PUBLIC, {"email": "zyxwong@example.org"}),
    ):
        given = supervision.support_petition(
            actor=actor,
            public_id=mailed.public_id,
            said_name="Lê Zyxwông",
            at=at,
            **more,
        )
        if more:
            supervision.confirm_support(code=supervision.support_code(given), at=at)
    return voices


def _by_mail(address: str) -> Speaker:
    return Speaker(level="email", email=address, said_name="Lê Zyxwông", show_name=True)
