from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks


class OverlapsConfig(AppConfig):
    name = "opensti.domains.overlaps"
    label = "overlaps"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        checks.register(usable_model, deploy=True)


def usable_model(**_given: Any) -> list[checks.CheckMessage]:
    """``check --deploy`` says what is wrong with the model that a setting names."""
    from sti_methods.embeddings import Unusable  # noqa: PLC0415 -- takes a second

    from opensti.domains.overlaps import problem  # noqa: PLC0415 -- takes a second

    try:
        problem.encoder()
    except Unusable as refusal:
        return [checks.Error(f"OPENSTI_EMBEDDINGS: {refusal}", id="overlaps.E001")]
    return []
