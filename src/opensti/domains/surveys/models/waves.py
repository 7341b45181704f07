"""A wave of a survey: what is asked, who runs it, how many there are, how many to ask."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import Form
from opensti.domains.surveys.choices import SIZES, Stage, State, Way
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import new_public_id


class Frozen(models.Model):
    """Plain data that waves rest on, kept once by its digest: questionnaires, rules."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.sha256[:16]


class Wave(models.Model):
    """One wave. ``organisation`` runs it, or the house itself where there is none.

    ``questionnaire`` and ``rules`` are digests of ``Frozen``, ``framework`` that of a
    frozen version of assessments. ``prices``: {programme: {seat, coach, fixed}}.
    ``pilot`` is what the pilot came to, ``cleaned`` what was kept, both once they are.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    title_vi = models.CharField(_("title in Vietnamese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    version_of = models.ForeignKey(
        "assessments.FrameworkVersion", on_delete=models.PROTECT, related_name="+"
    )
    framework = models.CharField(max_length=64)
    form = models.CharField(
        _("form"), max_length=10, choices=Form.choices, default=Form.SHORT
    )
    questionnaire = models.CharField(max_length=64)
    rules = models.CharField(max_length=64, blank=True)
    languages = models.JSONField(_("languages"))
    economies = models.JSONField(_("economies"))
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"))
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    gaps = models.FloatField(_("largest part without an answer"), default=1 / 3)
    quick = models.FloatField(_("least part of the median time"), default=1 / 3)
    straight = models.PositiveSmallIntegerField(_("alike answers"), default=5)
    copied = models.PositiveSmallIntegerField(_("copied answers"), default=20)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.SCALAR)
    runs = models.PositiveIntegerField(_("draws of the bootstrap"), default=2000)
    seed = models.PositiveIntegerField(_("seed of the draws"), default=0)
    prices = models.JSONField(default=dict, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    sample = models.PositiveIntegerField(null=True, blank=True)
    way = models.CharField(max_length=12, choices=Way.choices, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DESIGN
    )
    pilot = models.JSONField(null=True, blank=True)
    pilot_reason = models.TextField(max_length=2000, blank=True)
    cleaned = models.JSONField(null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(_("begun"))
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")),
                name="wave_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PUBLISHED, published_at__isnull=False)
                | (~Q(state=State.PUBLISHED) & Q(published_at=None)),
                name="wave_published_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.title_vi, self.title_en)

    @property
    def subject(self) -> str:
        return f"surveys.wave:{self.public_id}"


class Manager(models.Model):
    """Who manages a wave from ``since`` on, until ``until``."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="managers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "user"],
                condition=Q(until=None),
                name="survey_manager_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"manager {self.user_id} of wave {self.wave_id}"


class Stratum(models.Model):
    """How many organisations of a kind there are; ``sample``: how many to ask."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="strata")
    economy = models.CharField(_("economy"), max_length=20)
    size = models.CharField(_("size"), max_length=10, choices=SIZES)
    sector = models.CharField(_("sector"), max_length=40)
    organisations = models.PositiveIntegerField(_("organisations"))
    deviation = models.FloatField(_("deviation"), null=True, blank=True)
    sample = models.PositiveIntegerField(_("to be asked"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "economy", "size", "sector"], name="stratum_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.economy}/{self.size}/{self.sector}"
