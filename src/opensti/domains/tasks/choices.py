"""The words for needs, orders and task files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """How the host of an order is found."""

    SELECTION = "selection", _("selection by call")
    DIRECT = "direct", _("direct assignment")


class Served(models.TextChoices):
    """What serves a goal of a plan."""

    NEED = "need", _("need")
    ORDER = "order", _("order")
    TASK = "task", _("task")


class Funding(models.TextChoices):
    """Bottom-up grant or top-down order (Law 93/2025)."""

    GRANT = "grant", _("grant")
    ORDER = "order", _("order")


class Secrecy(models.TextChoices):
    """Who may know of an order or a task; from the most open to the most closed."""

    OPEN = "open", pgettext_lazy("secrecy", "open")
    EMBARGO = "embargo", _("open from a day on")
    INTERNAL = "internal", _("for the ministry and the host")
    CLASSIFIED = "classified", _("state secret: counted only")


class ListState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")


class TaskState(models.TextChoices):
    ARCHIVED = "archived", _("archived")
    APPROVED = "approved", _("approved")
    RUNNING = "running", pgettext_lazy("case", "running")
    ACCEPTED = "accepted", pgettext_lazy("task", "accepted")
    STOPPED = "stopped", _("stopped")
