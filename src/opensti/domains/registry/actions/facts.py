"""Facts are checked before they are kept: one way, for typed and imported ones alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from opensti.kernel import identifiers
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import Model

    from opensti.domains.registry.models import Organisation, Person, Work

ORGANISATION_FACTS = frozenset(
    {
        "name_vi",
        "name_en",
        "acronym",
        "kind",
        "parent_id",
        "legal_form",
        "status",
        "province_id",
        "address",
        "tax_code",
        "ror",
        "established",
        "website",
        "ministry_owned",
    }
)
PERSON_FACTS = frozenset(
    {
        "full_name",
        "degree",
        "academic_title",
        "email",
        "phone",
        "orcid",
        "gender",
        "birth_year",
        "bio_vi",
        "bio_en",
        "keywords_vi",
        "keywords_en",
        "is_expert",
    }
)
EARLIEST_YEAR = 1000
EARLIEST_BIRTH = 1900


def _website(text: str, *, field: str) -> str:  # noqa: ARG001 -- as the other checks
    return text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"


def _email(text: str, *, field: str) -> str:  # noqa: ARG001 -- as the other checks
    return text.lower()


CHECKS: dict[str, Callable[..., str]] = {
    "tax_code": identifiers.tax_code,
    "ror": identifiers.ror,
    "orcid": identifiers.orcid,
    "website": _website,
    "email": _email,
}


MENDS = {
    "email": _("Write one address, such as name@example.vn."),
    "website": _("Write one address, such as https://example.vn."),
}


def set_facts(
    row: Model, facts: Mapping[str, Any], *, allowed: Collection[str]
) -> dict[str, Any]:
    """Put facts on a row and return those that changed, with their former values.

    Raises ``Invalid`` with every problem at once; an unknown fact is a fault of the
    program. Nothing is saved.
    """
    unknown = set(facts) - set(allowed)
    if unknown:
        raise KeyError(*unknown)
    problems: list[Problem] = []
    before: dict[str, Any] = {}
    for name, given in facts.items():
        value = " ".join(given.split()) if _one_line(name, given) else given
        if value and name in CHECKS:
            try:
                value = CHECKS[name](value, field=name)
            except Invalid as refusal:
                problems += refusal.problems
                continue
        former = getattr(row, name)
        if former != value:
            before[name] = former
            setattr(row, name, value)
    problems += _field_problems(row, only=set(facts))
    problems += _year_problems(facts)
    if problems:
        raise Invalid(problems)
    return before


def _one_line(name: str, value: object) -> bool:
    return isinstance(value, str) and not name.startswith("bio")


def _field_problems(row: Model, *, only: set[str]) -> Iterable[Problem]:
    left_out = [
        field.name
        for field in row._meta.fields
        if field.is_relation or field.name not in only
    ]
    try:
        row.clean_fields(exclude=left_out)
    except ValidationError as error:
        return problems_of(error)
    return []


def _year_problems(facts: Mapping[str, Any]) -> Iterable[Problem]:
    for name, earliest in (
        ("established", EARLIEST_YEAR),
        ("birth_year", EARLIEST_BIRTH),
        ("year", EARLIEST_YEAR),
    ):
        year = facts.get(name)
        if isinstance(year, int) and not earliest <= year <= earliest + 2000:
            yield Problem(
                field=name,
                message=_("%(year)s is not a year.") % {"year": year},
                mend=_("Write the year with four digits."),
            )


def problems_of(error: ValidationError) -> list[Problem]:
    if not hasattr(error, "error_dict"):
        return [Problem(field="", message=m) for m in error.messages]
    return [
        Problem(
            field="" if name == NON_FIELD_ERRORS else name,
            message=message,
            mend=MENDS.get(name, ""),
        )
        for name, errors in error.error_dict.items()
        for message in ValidationError(errors).messages
    ]


def check_constraints(row: Model, **named: str) -> None:
    """Refuse what the database would refuse, in the constraint's own sentence."""
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row)
        except ValidationError as error:
            raise Invalid(
                [
                    Problem(field=named.get(constraint.name, ""), message=message)
                    for message in error.messages
                ]
            ) from error


def refuse_if_merged(row: Organisation | Person) -> None:
    if row.merged_into_id is not None:
        raise StepNotAllowed(
            _("This entry was merged into another."),
            mend=_("Open the entry that was kept."),
        )


def refuse_if_changed(row: Organisation | Person, seen_at: datetime | None) -> None:
    """Refuse to write over what another person wrote since the form was opened."""
    if seen_at is not None and row.changed_at is not None and row.changed_at > seen_at:
        raise Stale(
            _("“%(name)s” was changed by somebody else meanwhile.") % {"name": row},
            mend=_("Look at the new version and enter your change again."),
        )


def check_period(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until <= since:
        raise Invalid(
            [
                Problem(
                    field="until",
                    message=_("The end must be after the start."),
                    mend=_("Choose a later day."),
                )
            ]
        )


def plain(value: object) -> object:
    """Return a value as the record can hold it."""
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)


def organisation_search_text(row: Organisation, aliases: Iterable[str] = ()) -> str:
    return search_text(
        row.name_vi, row.name_en, row.acronym, *aliases, row.tax_code, row.ror
    )[:2000]


def person_search_text(row: Person) -> str:
    """No contact data: search must not tell who owns an e-mail address."""
    return search_text(row.full_name, row.orcid, row.keywords_vi, row.keywords_en)


def work_search_text(row: Work) -> str:
    return search_text(row.title, row.byline, row.doi, row.year)[:2000]
