"""How every form of the house looks: label, help, what is wrong, how to get there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template

if TYPE_CHECKING:
    from django.forms import BaseForm


# Django's own select includes two templates for every option; ours writes the same.
SAME_BUT_QUICKER = {"django/forms/widgets/select.html": "ui/select.html"}


class Renderer(DjangoTemplates):
    """Own frame for forms and fields; Django's templates for the widgets."""

    form_template_name = "ui/form.html"
    formset_template_name = "ui/formset.html"
    field_template_name = "ui/field.html"

    def get_template(self, template_name: str) -> Any:
        template_name = SAME_BUT_QUICKER.get(template_name, template_name)
        if template_name.startswith("django/forms/"):
            return super().get_template(template_name)
        return get_template(template_name)


@dataclass(frozen=True)
class ErrorLink:
    """One thing to mend: where it is, what it is called, what is wrong."""

    id: str
    label: str
    message: str


def error_links(form: BaseForm) -> list[ErrorLink]:
    """List the errors of a form in the order of its fields."""
    if not form.is_bound:
        return []
    links = [ErrorLink("", "", str(error)) for error in form.non_field_errors()]
    for field in form:
        place = field.auto_id if field.use_fieldset else field.id_for_label
        links.extend(
            ErrorLink(
                "" if field.is_hidden else str(place),
                str(field.label),
                str(error),
            )
            for error in field.errors
        )
    return links
