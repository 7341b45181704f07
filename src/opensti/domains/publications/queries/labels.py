"""What a fact that the record tells is called, and which field of the catalogue it is."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.publications.queries.catalogue import CATALOGUE

# What the record calls a fact, where the catalogue has another name for it.
_KEYS = {
    "title_vi": "title",
    "title_en": "title",
    "abstract_vi": "abstract",
    "abstract_en": "abstract",
    "objectives_vi": "objectives",
    "objectives_en": "objectives",
    "description_vi": "description",
    "description_en": "description",
    "host_name": "host",
    "trl_start": "readiness",
    "trl_end": "readiness",
}
# News and events are shown whole: the catalogue names no fields of them.
_OF_ARTICLES = {
    "title": gettext_lazy("Title"),
    "lead": gettext_lazy("Lead"),
    "body": gettext_lazy("Text"),
    "place": gettext_lazy("Place"),
    "link": gettext_lazy("Link"),
    "starts_at": gettext_lazy("Begins"),
    "ends_at": gettext_lazy("Ends"),
}


def field_of(fact: str) -> str:
    """The key of the catalogue for what an entry of the record calls a fact."""
    return _KEYS.get(fact, fact)


def fact_label(kind: str, fact: str) -> str:
    """What a fact is called, and in which language it is where it is one of two."""
    known = CATALOGUE[kind].by_key.get(field_of(fact))
    label = (
        known.label
        if known
        else str(_OF_ARTICLES.get(fact.removesuffix("_vi").removesuffix("_en"), fact))
    )
    if fact.endswith("_en"):
        return _("%(fact)s (English)") % {"fact": label}
    if fact.endswith("_vi"):
        return _("%(fact)s (Vietnamese)") % {"fact": label}
    return label
