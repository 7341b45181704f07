"""What is to be mended and how: gaps, improvement actions, what they are linked to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import LinkKind, Progress
from opensti.domains.assessments.models.advice import Recommendation
from opensti.domains.assessments.models.runs import HIGHEST, Assessment
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Gap(models.Model):
    """What people say of a question that lies below its target; its size is worked out.

    No target or importance: the assessment's target, the clause's importance.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="gaps"
    )
    item = models.CharField(max_length=20)
    target = models.PositiveSmallIntegerField(_("target"), null=True, blank=True)
    importance = models.PositiveSmallIntegerField(
        _("importance"), null=True, blank=True
    )
    cause = models.TextField(_("root cause"), max_length=2000, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item"], name="one_gap_of_an_item"
            ),
            models.CheckConstraint(
                condition=(Q(target=None) | Q(target__gte=1, target__lte=HIGHEST))
                & (Q(importance=None) | Q(importance__gte=1, importance__lte=HIGHEST)),
                name="gap_target_and_importance_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"gap of {self.item}"


class Improvement(models.Model):
    """An improvement action on some questions, from its proposal to the check of its effect.

    ``items`` are codes; ``expected``: the verified score that each is to reach. ``before``
    and ``after``: verified scores by item at the effect check. ``follows``: the action
    whose effect was missing, in whose place this one stands.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="improvements"
    )
    recommendation = models.ForeignKey(
        Recommendation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="improvements",
    )
    follows = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
    )
    what = models.CharField(_("what is done"), max_length=500)
    items = models.JSONField(default=list)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    owner_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    start_on = models.DateField(_("begins"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    check_on = models.DateField(_("effect is checked on"), null=True, blank=True)
    cost = money_field(verbose_name=_("cost in đồng"), null=True, blank=True)
    expected = models.PositiveSmallIntegerField(_("expected score"), default=3)
    state = models.CharField(
        _("state"), max_length=12, choices=Progress.choices, default=Progress.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_words = models.TextField(max_length=2000, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    effect_words = models.TextField(max_length=2000, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expected__gte=1, expected__lte=HIGHEST),
                name="improvement_expects_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0), name="improvement_cost_from_0"
            ),
            models.CheckConstraint(
                condition=Q(start_on=None)
                | Q(due_on=None)
                | Q(due_on__gte=F("start_on")),
                name="improvement_is_due_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["effective", "no_effect"])
                | Q(checked_at__isnull=False),
                name="improvement_ends_with_its_check",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="improvements_by_due_day")
        ]

    def __str__(self) -> str:
        return self.what


class ImprovementLink(models.Model):
    """What helps an action: something that the house knows, named by its key, never copied."""

    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="links"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=LinkKind.choices)
    key = models.CharField(max_length=40)
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "kind", "key"], name="improvement_linked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
