"""Which dossiers to fund within budgets: rankings, scenarios with frozen inputs, locks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.portfolios.choices import Basis, ScenarioState, TieRule
from opensti.domains.portfolios.models.rounds import Decision, Round
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Ranking(models.Model):
    """A calibrated ranking of a round's dossiers: advice beside what the regime computes.

    ``problem`` and ``solution`` are compressed canonical bytes that never change; from the
    first alone the second can be computed again.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="rankings")
    problem = models.BinaryField()
    problem_digest = models.CharField(max_length=64)
    solution = models.BinaryField()
    solution_digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "problem_digest"], name="ranking_of_scores_once"
            )
        ]

    def __str__(self) -> str:
        return f"ranking #{self.pk} of round #{self.round_id}"


class Lock(models.Model):
    """By hand, with a reason: this dossier is funded, or is not, whatever it costs."""

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="lock"
    )
    must = models.BooleanField()
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="lock_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"lock of decision #{self.decision_id}"


class Scenario(models.Model):
    """One answer to what a round should fund: rules, frozen inputs, the set with its proof.

    ``rules`` are plain data in the form of ``sti_methods.portfolio.rules``. ``problem``,
    ``solution`` and ``reasons`` are compressed canonical bytes; once asked for, rules and
    problem never change, and a change of mind is another scenario.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="scenarios")
    number = models.PositiveSmallIntegerField()
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=20, choices=ScenarioState.choices, default=ScenarioState.DRAFT
    )
    basis = models.CharField(max_length=20, choices=Basis.choices, default=Basis.MEAN)
    ties = models.CharField(
        max_length=20, choices=TieRule.choices, default=TieRule.RANK
    )
    rules = models.JSONField(default=dict)
    ranking = models.ForeignKey(
        Ranking,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="scenarios",
    )
    # The digest goes into the record before the draw, the seed with its result. With a
    # source, what that source will say is drawn from too; nobody knows it yet.
    seed = models.CharField(max_length=64, blank=True)
    seed_digest = models.CharField(max_length=64, blank=True)
    seed_committed_at = models.DateTimeField(null=True, blank=True)
    seed_source = models.CharField(max_length=300, blank=True)
    seed_said = models.CharField(max_length=300, blank=True)
    problem = models.BinaryField(null=True, blank=True)
    problem_digest = models.CharField(max_length=64, blank=True)
    solution = models.BinaryField(null=True, blank=True)
    solution_digest = models.CharField(max_length=64, blank=True)
    reasons = models.BinaryField(null=True, blank=True)
    reasons_digest = models.CharField(max_length=64, blank=True)
    # Of the solution, what lists show: status, objective, bound, gap, chosen, spent.
    proof = models.JSONField(default=dict, blank=True)
    job_id = models.CharField(max_length=20, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    put_forward_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    put_forward_at = models.DateTimeField(null=True, blank=True)
    grounds = models.TextField(blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    adopted_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    title = Pair("title")

    class Meta:
        ordering = ["round", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"], name="scenario_number_once"
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state=ScenarioState.ADOPTED),
                name="one_adopted_scenario_of_a_round",
            ),
            models.CheckConstraint(
                condition=Q(seed="") | ~Q(seed_digest=""),
                name="scenario_seed_has_its_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state=ScenarioState.ADOPTED)
                | (
                    Q(adopted_by__isnull=False)
                    & Q(put_forward_by__isnull=False)
                    & ~Q(adopted_by=models.F("put_forward_by"))
                ),
                name="scenario_is_adopted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"scenario {self.number} of round #{self.round_id} (#{self.pk})"
