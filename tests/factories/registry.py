"""Organisations and people for tests, written straight to the tables."""

from __future__ import annotations

from datetime import UTC, date, datetime

import factory

from opensti.domains.accounts.models import User
from opensti.domains.registry.models import (
    Authorship,
    Code,
    Membership,
    Organisation,
    Person,
    Position,
    Work,
)
from opensti.kernel.access import Actor, Role
from opensti.kernel.searchtext import search_text

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
OFFICER = Actor(name="Officer", roles=frozenset({Role.PUBLIC, Role.OFFICER}), sudo=True)
AUDITOR = Actor(name="Auditor", roles=frozenset({Role.PUBLIC, Role.AUDITOR}))


class Users(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.vn")
    username = factory.SelfAttribute("email")
    full_name = factory.Sequence(lambda n: f"Người dùng {n}")


class Codes(factory.django.DjangoModelFactory[Code]):
    class Meta:
        model = Code

    scheme = "field"
    code = factory.Sequence(lambda n: f"F{n}")
    name_vi = factory.LazyAttribute(lambda o: f"Lĩnh vực {o.code}")
    name_en = factory.LazyAttribute(lambda o: f"Field {o.code}")


class Organisations(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name_vi = factory.Sequence(lambda n: f"Viện Nghiên cứu Cơ khí số {n}")
    kind = "institute"
    search_text = factory.LazyAttribute(
        lambda o: search_text(o.name_vi, getattr(o, "name_en", ""))
    )


class People(factory.django.DjangoModelFactory[Person]):
    class Meta:
        model = Person

    full_name = factory.Sequence(lambda n: f"Nguyễn Văn {n}")
    search_text = factory.LazyAttribute(lambda o: search_text(o.full_name))


class Positions(factory.django.DjangoModelFactory[Position]):
    class Meta:
        model = Position

    person = factory.SubFactory(People)
    organisation = factory.SubFactory(Organisations)
    title_vi = "Nghiên cứu viên"
    since = date(2020, 1, 1)


def written(person, *titles, abstract=""):
    """Works of a person, a title each."""
    for title in titles:
        work = Work.objects.create(title=title, abstract=abstract, year=2024)
        Authorship.objects.create(person=person, work=work)
    return person


class Memberships(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(Users)
    organisation = factory.SubFactory(Organisations)
    since = date(2020, 1, 1)


def officer() -> Actor:
    """An officer with an account, as the record and the tables need one."""
    return Actor(
        user_id=Users.create().pk,
        name="Officer",
        roles=frozenset({Role.PUBLIC, Role.OFFICER}),
        sudo=True,
    )
