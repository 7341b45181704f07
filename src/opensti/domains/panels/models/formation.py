"""Who should sit where: standing facts of experts, the plan, its runs, and the reserve."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.panels.choices import (
    CouncilKind,
    FormationMode,
    FormationState,
    Objective,
    RunState,
    SeatRole,
    Wish,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Unavailability(models.Model):
    """Days on which an expert cannot sit, half-open: free again on ``until``."""

    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="unavailabilities"
    )
    since = models.DateField()
    until = models.DateField()
    reason = models.TextField(blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="unavailability_has_days"
            )
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} away from {self.since} (#{self.pk})"


class ExpertLoad(models.Model):
    """How many councils an expert takes: in one forming, and in a year."""

    person = models.OneToOneField(
        "registry.Person", on_delete=models.PROTECT, related_name="expert_load"
    )
    least = models.PositiveSmallIntegerField(default=0)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    most_per_year = models.PositiveSmallIntegerField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(most=None) | Q(most__gte=F("least")),
                name="expert_load_least_not_above_most",
            )
        ]

    def __str__(self) -> str:
        return f"load of person {self.person_id}"


class Formation(models.Model):
    """A plan: for these cases, under this rule, on these conditions, who shall sit."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField(max_length=20, choices=CouncilKind.choices)
    mode = models.CharField(max_length=20, choices=FormationMode.choices)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    regime_version = models.ForeignKey(
        "procedures.RegimeVersion", on_delete=models.PROTECT, related_name="+"
    )
    rule_code = models.CharField(max_length=60)
    call = models.ForeignKey(
        "calls.Call",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="formations",
    )
    # Set up already: its members become reviewers of the cases on its agenda.
    council = models.ForeignKey(
        "panels.Council",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="formations",
    )
    state = models.CharField(
        max_length=20, choices=FormationState.choices, default=FormationState.PLANNED
    )
    # What problem.conditions.Conditions says; every run keeps its own copy.
    conditions = models.JSONField()
    # How many experts there were, and why others were left out, when it was last asked.
    pool = models.JSONField(default=dict, blank=True)
    sits_on = models.DateField()
    bidding_until = models.DateField(null=True, blank=True)
    # The digest goes into the record before the draw, the seed with its result.
    seed = models.CharField(max_length=64, blank=True)
    seed_digest = models.CharField(max_length=64, blank=True)
    seed_committed_at = models.DateTimeField(null=True, blank=True)
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FormationState.values),
                name="formation_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(mode=FormationMode.REVIEWERS) | Q(council__isnull=False),
                name="formation_of_reviewers_has_a_council",
            ),
            models.CheckConstraint(
                condition=Q(seed="") | ~Q(seed_digest=""),
                name="formation_seed_has_its_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class FormationItem(models.Model):
    """An order or a dossier for which somebody is sought."""

    formation = models.ForeignKey(
        Formation, on_delete=models.CASCADE, related_name="items"
    )
    position = models.PositiveSmallIntegerField()
    order = models.ForeignKey(
        "tasks.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="formation_items",
    )
    dossier = models.ForeignKey(
        "calls.Dossier",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="formation_items",
    )
    # The council that came of it, once approved.
    council = models.ForeignKey(
        "panels.Council",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="formation_items",
    )

    class Meta:
        ordering = ["formation", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order=None, dossier__isnull=False)
                | Q(order__isnull=False, dossier=None),
                name="formation_item_is_an_order_or_a_dossier",
            ),
            models.UniqueConstraint(
                fields=["formation", "position"], name="formation_item_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.position} of formation #{self.formation_id} (#{self.pk})"


class ExpertLock(models.Model):
    """By hand: this expert must, or must not, sit; for one case or for all."""

    formation = models.ForeignKey(
        Formation, on_delete=models.CASCADE, related_name="locks"
    )
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(
        FormationItem,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="locks",
    )
    must = models.BooleanField()
    role = models.CharField(max_length=30, choices=SeatRole.choices, blank=True)
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["formation", "person", "item"], name="expert_lock_once"
            ),
            models.UniqueConstraint(
                fields=["formation", "person"],
                condition=Q(item=None),
                name="expert_lock_for_all_once",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="expert_lock_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"lock of person {self.person_id} in formation #{self.formation_id}"


class Bid(models.Model):
    """What an expert wishes of a case whose title was shown."""

    item = models.ForeignKey(
        FormationItem, on_delete=models.CASCADE, related_name="bids"
    )
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="bids"
    )
    wish = models.CharField(max_length=10, choices=Wish.choices)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="bid_once"),
            models.CheckConstraint(
                condition=Q(wish__in=Wish.values), name="bid_wish_known"
            ),
        ]

    def __str__(self) -> str:
        return f"bid of person {self.person_id} on item #{self.item_id}"


class FormationRun(models.Model):
    """One computation: the frozen problem, the solution, and the proof, as bytes."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    formation = models.ForeignKey(
        Formation, on_delete=models.CASCADE, related_name="runs"
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=20, choices=RunState.choices, default=RunState.WAITING
    )
    job_id = models.CharField(max_length=20, blank=True)
    objective = models.CharField(max_length=10, choices=Objective.choices)
    conditions = models.JSONField()
    problem = models.BinaryField(null=True, blank=True)
    problem_digest = models.CharField(max_length=64, blank=True)
    # Who the numbers of the problem are (problem.masking); erased person by person.
    names = models.BinaryField(null=True, blank=True)
    solution = models.BinaryField(null=True, blank=True)
    solution_digest = models.CharField(max_length=64, blank=True)
    total = models.FloatField(null=True, blank=True)
    minimum = models.FloatField(null=True, blank=True)
    # {"bound", "gap", "least_bound", "status", "note", "versions", "pool", …}
    proof = models.JSONField(default=dict, blank=True)
    # What contradicts what, and the least relaxation: [{"rule", "text", "least"}].
    conflict = models.JSONField(default=dict, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    # When its councils became councils; of a plan's runs one at most.
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["formation", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["formation", "number"], name="formation_run_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.SOLVED)
                | (~Q(problem_digest="") & ~Q(solution_digest="")),
                name="formation_run_solved_keeps_its_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.number} of formation #{self.formation_id} (#{self.pk})"


class Place(models.Model):
    """Who sits by a run, as it now stands; ``reserve`` counts those who would come in."""

    run = models.ForeignKey(
        FormationRun, on_delete=models.CASCADE, related_name="places"
    )
    # Nothing: the one council of the whole group.
    item = models.ForeignKey(
        FormationItem,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="places",
    )
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=30, choices=SeatRole.choices)
    score = models.FloatField()
    # What of the conditions the person counts for, and how many councils he may take.
    features = models.JSONField(default=list, blank=True)
    most_load = models.PositiveSmallIntegerField(default=1)
    # By hand: who stood here in the solution, why changed, and what it costs exactly.
    instead_of = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(blank=True)
    price = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["run", "item__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "item", "person"], name="place_once_per_run"
            ),
            models.UniqueConstraint(
                fields=["run", "person"],
                condition=Q(item=None),
                name="place_once_in_the_one_council",
            ),
        ]

    def __str__(self) -> str:
        return f"place of person {self.person_id} in run #{self.run_id}"


class Reserve(models.Model):
    """Who comes in when a member of a council declines, in this order."""

    council = models.ForeignKey(
        "panels.Council", on_delete=models.CASCADE, related_name="reserve"
    )
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="+"
    )
    rank = models.PositiveSmallIntegerField()
    # The roles for which the rules admit this person.
    roles = models.JSONField(default=list, blank=True)
    score = models.FloatField()

    class Meta:
        ordering = ["council", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "person"], name="reserve_once_per_council"
            )
        ]

    def __str__(self) -> str:
        return f"reserve {self.rank} of council #{self.council_id}"
