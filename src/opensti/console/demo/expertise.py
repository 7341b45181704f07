"""What the experts of the demonstration are known by: posts, degrees, keywords, works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.console.demo.experts import (
    ABSTRACTS_EN,
    ABSTRACTS_VI,
    EMPLOYERS,
    PROFILES,
    PROVINCES,
)
from opensti.console.demo.texts import TOPICS
from opensti.domains.registry import actions as registry
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.console.demo.cast import Cast
    from opensti.console.demo.experts import Profile
    from opensti.domains.registry.models import Code, Organisation, Person

SOURCE = "demonstration"
SINCE = 2015
VENUES = (
    "Tạp chí Công nghiệp và Công nghệ (minh họa)",
    "Industry and Technology (sample journal)",
)


def know(cast: Cast, *, at: datetime) -> None:
    """Enter employer, degrees, keywords and works of each expert; about 75 acts."""
    provinces = {
        code: registry.save_code(
            actor=SYSTEM, scheme="province", code=code, name_vi=vi, name_en=en, at=at
        )
        for code, vi, en in PROVINCES
    }
    rows: list[dict[str, object]] = []
    told = zip(cast.experts, PROFILES, EMPLOYERS, strict=True)
    for number, (person, profile, employer) in enumerate(told):
        _enter(person, profile, _employer(employer, provinces, at), cast.fields, at=at)
        if profile.works:
            rows += _works(number, person, profile, at.date())
    registry.import_chunk(
        actor=SYSTEM,
        kind="works",
        rows=list(enumerate(rows, start=1)),
        source=SOURCE,
        at=at,
    )


def _employer(
    employer: tuple[str, str, str, str], provinces: dict[str, Code], at: datetime
) -> Organisation:
    kind, vi, en, province = employer
    return registry.create_organisation(
        actor=SYSTEM,
        facts={
            "name_vi": vi,
            "name_en": en,
            "kind": kind,
            "province_id": provinces[province].pk,
        },
        at=at,
    )


def _enter(
    person: Person,
    profile: Profile,
    employer: Organisation,
    fields: dict[str, int],
    *,
    at: datetime,
) -> None:
    known = [TOPICS[n] for n in profile.topics]
    registry.edit_person(
        actor=SYSTEM,
        person_id=person.pk,
        facts={
            "keywords_vi": "; ".join(vi for vi, _en in known[:2]),
            "keywords_en": "; ".join(en for _vi, en in known[:2]),
            "gender": "female" if " Thị " in person.full_name else "male",
            "birth_year": profile.born,
            "degree": profile.degree,
            "academic_title": profile.title,
            "orcid": profile.orcid,
        },
        field_ids=[fields[profile.field]],
        at=at,
    )
    registry.add_position(
        actor=SYSTEM,
        person_id=person.pk,
        organisation_id=employer.pk,
        title_vi=profile.post[0],
        title_en=profile.post[1],
        since=at.date().replace(year=SINCE, month=1, day=1),
        is_primary=True,
        source=SOURCE,
        at=at,
    )
    for level, age in (("engineer", 23), (profile.degree, 34)):
        registry.add_degree(
            actor=SYSTEM,
            person_id=person.pk,
            level=level,
            subject_vi=profile.subject[0],
            subject_en=profile.subject[1],
            institution="Đại học Kỹ thuật Sông Hồng",
            year=profile.born + age,
            source=SOURCE,
            at=at,
        )


def _works(
    number: int, person: Person, profile: Profile, on: date
) -> list[dict[str, object]]:
    """One work on each topic, in Vietnamese and English by turns."""
    rows: list[dict[str, object]] = []
    for turn, place in enumerate(profile.topics):
        vietnamese = turn % 2
        topic = TOPICS[place][0 if vietnamese else 1]
        ways = ABSTRACTS_VI if vietnamese else ABSTRACTS_EN
        said = ways[turn // 2].format(
            topic=topic, n=6 + place % 12, share=2 + place % 4, gain=8 + place % 17
        )
        rows.append(
            {
                "key": f"{number}-{turn}",
                "title": f"Nghiên cứu {topic}" if vietnamese else f"On {topic}",
                "abstract": said,
                "year": on.year - 1 - turn,
                "venue": VENUES[0 if vietnamese else 1],
                "authors": person.email,
            }
        )
    return rows
