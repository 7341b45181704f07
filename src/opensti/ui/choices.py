"""Choices among things kept in both languages: by name, in the reader's language."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils.translation import get_language
from django_filters.fields import ModelChoiceField

from opensti.ui.templatetags.ui import choose_language


class PairSelect(forms.Select):
    """A list of things; one that has no name in the reader's language says which it is in."""

    pair = "name"

    def create_option(self, name: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        thing = getattr(value, "instance", None)
        if thing is not None:
            _text, language = choose_language(thing, self.pair)
            if not (get_language() or "vi").startswith(language):
                option["attrs"]["lang"] = language
        return option


class PairSelectMultiple(PairSelect, forms.SelectMultiple):
    """The same, several at once."""


class TitleSelect(PairSelect):
    pair = "title"


def named(thing: Any) -> str:
    return choose_language(thing, "name")[0]


def titled(thing: Any) -> str:
    """The code of a thing and its title."""
    return f"{thing.code} {choose_language(thing, 'title')[0]}".strip()


class _Named(ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


class _Titled(ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return titled(obj)


class NamedFilter(django_filters.ModelChoiceFilter):
    """A filter by an entry that has a name: its code is for machines."""

    field_class = _Named

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PairSelect)
        super().__init__(*args, **kwargs)


class TitledFilter(django_filters.ModelChoiceFilter):
    """A filter by a case that people know by its code and its title."""

    field_class = _Titled

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TitleSelect)
        super().__init__(*args, **kwargs)
