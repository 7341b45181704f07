"""Rules of recommendations as they were loaded, what a house says of itself, what they advise."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import Advice, Size
from opensti.domains.assessments.models.runs import Assessment
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class RuleSet(models.Model):
    """Rules on the answers to a framework as they were loaded: never changed."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    framework = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    edition = models.CharField(max_length=40)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    active = models.BooleanField(default=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField()

    title = Pair("title")

    class Meta:
        ordering = ["framework", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "number"], name="rule_set_number_once"
            ),
            models.UniqueConstraint(
                fields=["framework", "sha256"], name="rule_set_content_once"
            ),
            models.UniqueConstraint(
                fields=["framework"],
                condition=Q(active=True),
                name="one_active_rule_set_of_a_framework",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.number})"


class Profile(models.Model):
    """What rules ask besides the questions; what is left open stays unknown.

    ``barriers``: 1 (hardly) to 5 (decisive) by the codes of the rules; ``turnover_new``:
    percent of turnover from new products.
    """

    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, related_name="profile"
    )
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, blank=True)
    barriers = models.JSONField(default=dict, blank=True)
    knowledge = models.BooleanField(null=True, blank=True)
    new_product = models.BooleanField(null=True, blank=True)
    new_process = models.BooleanField(null=True, blank=True)
    research = models.BooleanField(null=True, blank=True)
    turnover_new = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(turnover_new=None) | Q(turnover_new__lte=100),
                name="turnover_new_in_percent",
            )
        ]

    def __str__(self) -> str:
        return f"profile of assessment {self.assessment_id}"


class Recommendation(models.Model):
    """A rule that speaks on the answers of a revision, with the answers that caused it.

    ``causes``: ``asked`` (the comparison), ``value``, ``items`` with ``code``, ``claimed``,
    ``verified`` and ``roles`` (role, mean, n). ``speaks`` is False where a later word in
    the profile silenced a rule that was decided on already.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="recommendations"
    )
    revision = models.PositiveSmallIntegerField()
    rules = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=20)
    programme = models.CharField(max_length=40, blank=True)
    priority = models.PositiveSmallIntegerField()
    causes = models.JSONField()
    speaks = models.BooleanField(default=True)
    state = models.CharField(
        _("state"), max_length=10, choices=Advice.choices, default=Advice.OPEN
    )
    reason = models.TextField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["priority", "rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "revision", "rule"], name="a_rule_speaks_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=Advice.DECLINED) | ~Q(reason=""),
                name="declined_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} of assessment {self.assessment_id}"
