"""The words for needs, orders and task files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """How the host of an order is found."""

    SELECTION = "selection", _("selection by call")
    DIRECT = "direct", _("direct assignment")


class Funding(models.TextChoices):
    """Bottom-up grant or top-down order (Law 93/2025)."""

    GRANT = "grant", _("grant")
    ORDER = "order", _("order")


class ListState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")


class TaskState(models.TextChoices):
    ARCHIVED = "archived", _("archived")
    APPROVED = "approved", _("approved")
    RUNNING = "running", _("running")
    ACCEPTED = "accepted", _("accepted")
    STOPPED = "stopped", _("stopped")
