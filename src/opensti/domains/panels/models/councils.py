"""Councils: who sits, what they judge, when they met, what they said, what came out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.panels.choices import (
    BallotState,
    CouncilKind,
    CouncilState,
    Matter,
    MeetingMode,
    Outcome,
    SeatRole,
    SeatState,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Council(models.Model):
    """A council under one frozen rule of its regime."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField(max_length=20, choices=CouncilKind.choices)
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
        related_name="councils",
    )
    state = models.CharField(
        max_length=20, choices=CouncilState.choices, default=CouncilState.DRAFT
    )
    decision_number = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    documents_sent_at = models.DateTimeField(null=True, blank=True)
    meeting_at = models.DateTimeField(null=True, blank=True)
    mode = models.CharField(
        max_length=20, choices=MeetingMode.choices, default=MeetingMode.IN_PERSON
    )
    place = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(blank=True)
    minutes_adopted_at = models.DateTimeField(null=True, blank=True)
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="councils_kept",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CouncilState.values), name="council_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CouncilState.DRAFT, CouncilState.DISSOLVED])
                | (~Q(decision_number="") & Q(decided_on__isnull=False)),
                name="council_set_up_by_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(minutes_adopted_at=None) | Q(concluded_at__isnull=False),
                name="council_minutes_after_its_conclusion",
            ),
        ]
        indexes = [models.Index(fields=["state", "meeting_at"], name="council_agenda")]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class Override(models.Model):
    """A departure from the rule, never silent: the reason and the signed decision."""

    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="overrides"
    )
    matter = models.CharField(max_length=20, choices=Matter.choices)
    reason = models.TextField()
    decision_number = models.CharField(max_length=100)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(decision_number=""),
                name="override_has_reason_and_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter} of council #{self.council_id} (#{self.pk})"


class Seat(models.Model):
    """A person's place in a council."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="seats"
    )
    role = models.CharField(max_length=30, choices=SeatRole.choices)
    state = models.CharField(
        max_length=20, choices=SeatState.choices, default=SeatState.PROPOSED
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    declaration = models.TextField(blank=True)
    present = models.BooleanField(null=True, blank=True)
    authorised_vice = models.BooleanField(default=False)
    counts_ballots = models.BooleanField(default=False)
    written_opinion = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "person"], name="seat_once_per_council"
            ),
            models.CheckConstraint(
                condition=Q(role__in=SeatRole.values), name="seat_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} in council #{self.council_id} (#{self.pk})"


class CouncilItem(models.Model):
    """An order or a dossier on the council's agenda, and what came out.

    Where finished work is judged, ``dossier`` is the funded one and ``case`` that of its
    acceptance, which the council's conclusion moves.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    order = models.ForeignKey(
        "tasks.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="council_items",
    )
    dossier = models.ForeignKey(
        "calls.Dossier",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="council_items",
    )
    case = models.ForeignKey(
        "procedures.Case",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="council_items",
    )
    sheet_code = models.CharField(max_length=60, blank=True)
    # What is voted on one by one: [{"id", "title", "amount"}], under regimes that do so;
    # of finished work the criteria that are rated one by one, as ``Judged`` says.
    contents = models.JSONField(default=list, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    mean = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    recommendation = models.TextField(blank=True)
    proposed_amount = money_field(null=True, blank=True)

    class Meta:
        ordering = ["council", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order=None, dossier__isnull=False)
                | Q(order__isnull=False, dossier=None),
                name="council_item_is_an_order_or_a_dossier",
            ),
            models.CheckConstraint(
                condition=Q(case=None) | Q(dossier__isnull=False),
                name="council_item_of_a_case_names_its_dossier",
            ),
            models.UniqueConstraint(
                fields=["council", "position"], name="council_item_position_once"
            ),
            models.UniqueConstraint(
                fields=["council", "order"],
                condition=Q(order__isnull=False),
                name="council_item_order_once",
            ),
            models.UniqueConstraint(
                fields=["council", "dossier"],
                condition=Q(dossier__isnull=False),
                name="council_item_dossier_once",
            ),
            models.UniqueConstraint(
                fields=["council", "case"],
                condition=Q(case__isnull=False),
                name="council_item_case_once",
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.position} of council #{self.council_id} (#{self.pk})"


class Recusal(models.Model):
    """A member who must know nothing of one item: of it sees zero bits."""

    item = models.ForeignKey(
        CouncilItem, on_delete=models.PROTECT, related_name="recusals"
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="recusals")
    rule_code = models.CharField(max_length=60)
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="recusal_once")
        ]

    def __str__(self) -> str:
        return f"recusal of seat #{self.seat_id} from item #{self.item_id}"


class Assignment(models.Model):
    """A reviewer who writes about one item before the meeting."""

    item = models.ForeignKey(
        CouncilItem, on_delete=models.PROTECT, related_name="assignments"
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="assignments")
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="assignment_once")
        ]

    def __str__(self) -> str:
        return f"assignment of seat #{self.seat_id} to item #{self.item_id}"


class Ballot(models.Model):
    """One member's sheet on one item: scores with comments, or a vote."""

    item = models.ForeignKey(
        CouncilItem, on_delete=models.PROTECT, related_name="ballots"
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="ballots")
    state = models.CharField(
        max_length=20, choices=BallotState.choices, default=BallotState.DRAFT
    )
    scores = models.JSONField(default=dict, blank=True)
    comments = models.JSONField(default=dict, blank=True)
    votes = models.JSONField(default=dict, blank=True)
    vote = models.CharField(max_length=20, blank=True)
    opinion = models.TextField(blank=True)
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    saved_at = models.DateTimeField()
    cast_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="ballot_once"),
            models.CheckConstraint(
                condition=~Q(state=BallotState.CAST) | Q(cast_at__isnull=False),
                name="cast_ballot_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"ballot #{self.pk} on item #{self.item_id}"
