"""Who knows the subject of a dossier or an order; a member's calendar for other programs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.panels.choices import Evidence


class ExpertRanking(models.Model):
    """The experts of the registry in the order of how well they know one subject.

    Worked out by a job: ``made_at`` is empty until then; ``wanted_at`` is set while it is
    to be worked out (again). ``method``, ``pool`` and ``asked`` name exactly what it was
    worked out with and from.
    """

    dossier = models.OneToOneField(
        "calls.Dossier",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="expert_ranking",
    )
    order = models.OneToOneField(
        "tasks.Order",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="expert_ranking",
    )
    wanted_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    method = models.CharField(max_length=60, blank=True)
    pool = models.CharField(max_length=64, blank=True)
    asked = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(order=None, dossier__isnull=False)
                | Q(order__isnull=False, dossier=None),
                name="ranking_of_an_order_or_a_dossier",
            )
        ]
        indexes = [
            models.Index(
                fields=["wanted_at"],
                condition=Q(wanted_at__isnull=False),
                name="ranking_wanted",
            )
        ]

    def __str__(self) -> str:
        return f"experts for {self.dossier_id or self.order_id} (#{self.pk})"


class RankedExpert(models.Model):
    """One expert's score, and the works and terms it is made of.

    ``reasons``: ``[{"kind", "title", "year", "share", "terms": [[term, share]]}]``, the
    largest first; of past reviews the share alone, since not everybody may know of them.
    """

    ranking = models.ForeignKey(
        ExpertRanking, on_delete=models.CASCADE, related_name="experts"
    )
    person = models.ForeignKey(
        "registry.Person", on_delete=models.CASCADE, related_name="+"
    )
    place = models.PositiveSmallIntegerField()
    score = models.FloatField()
    evidence = models.CharField(max_length=10, choices=Evidence.choices)
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["ranking", "place"], name="ranked_expert_place_once"
            )
        ]

    def __str__(self) -> str:
        return f"place {self.place} of ranking #{self.ranking_id}"


class CalendarLink(models.Model):
    """A secret address under which a calendar program reads a member's meetings.

    Only the SHA-256 of the secret is kept: who reads the table reads no calendar.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar link of user #{self.user_id}"
