"""Organisations that are asked, the people who answer for them, and what they say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opensti.domains.surveys.choices import SIZES, Consent
from opensti.domains.surveys.models.waves import Wave
from opensti.kernel.identifiers import new_public_id


class Unit(models.Model):
    """An organisation that is asked. ``code``: how the organiser's list calls it.

    Results call it by ``public_id``, which says nothing. ``pilot``: asked in the pilot
    alone, and counted there alone.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(_("organisation"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    economy = models.CharField(_("economy"), max_length=20)
    size = models.CharField(_("size"), max_length=10, choices=SIZES)
    sector = models.CharField(_("sector"), max_length=40)
    pilot = models.BooleanField(_("in the pilot"), default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_for = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "code"], name="unit_once_in_a_wave")
        ]
        indexes = [
            models.Index(
                fields=["wave", "economy", "size", "sector"], name="units_by_stratum"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Respondent(models.Model):
    """Somebody asked by a link. Of its token a digest is kept, of the address nothing
    once the results were told.

    ``letters``: how many went out, the last at ``mailed_at``; ``wanted``: how many are to.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="people")
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=2)
    role = models.CharField(max_length=20, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    letters = models.PositiveSmallIntegerField(default=0)
    wanted = models.PositiveSmallIntegerField(default=1)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=300, blank=True)
    consent = models.CharField(
        max_length=10, choices=Consent.choices, default=Consent.NONE, blank=True
    )
    consent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "email"],
                condition=~models.Q(email=""),
                name="asked_once_for_a_unit",
            )
        ]

    def __str__(self) -> str:
        return f"respondent {self.pk}"


class Answer(models.Model):
    """What a respondent said in a column; no value: it does not apply."""

    respondent = models.ForeignKey(
        Respondent, on_delete=models.CASCADE, related_name="answers"
    )
    column = models.CharField(max_length=40)
    value = models.FloatField(null=True, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["respondent", "column"]
        constraints = [
            models.UniqueConstraint(
                fields=["respondent", "column"], name="one_answer_in_a_column"
            )
        ]

    def __str__(self) -> str:
        return f"{self.column} by respondent {self.respondent_id}"
