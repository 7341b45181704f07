"""Conflicts of interest as cases: what was found or declared, and what was said of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.panels.choices import (
    ConflictFinding,
    ConflictState,
    Declarer,
    TieKind,
)
from opensti.kernel.identifiers import new_public_id

ONE_THING = Q(order=None, dossier__isnull=False) | Q(order__isnull=False, dossier=None)


class ConflictSearch(models.Model):
    """One look for conflicts: over whom, against which data, by which method."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    call = models.ForeignKey(
        "calls.Call", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    council = models.ForeignKey(
        "panels.Council",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conflict_searches",
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    done_at = models.DateTimeField()
    method = models.CharField(max_length=20)
    # Years of each kind, the least probability, and where each stands.
    rules = models.JSONField()
    # How many rows of each register were looked at, and the SHA-256 over them.
    data = models.JSONField()
    data_digest = models.CharField(max_length=64)
    # How long the record was: acts from there on may not have been seen.
    log_size = models.PositiveBigIntegerField()
    people = models.PositiveIntegerField()
    things = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    opened = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"search for conflicts {self.public_id}"


class Conflict(models.Model):
    """A person and what he may not judge, or might not: with the evidence as it stood."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="conflicts"
    )
    dossier = models.ForeignKey(
        "calls.Dossier",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conflicts",
    )
    order = models.ForeignKey(
        "tasks.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conflicts",
    )
    kind = models.CharField(max_length=20, choices=TieKind.choices)
    rule_code = models.CharField(max_length=60, blank=True)
    article = models.CharField(max_length=200, blank=True)
    # Ties, the strongest first: kind, dates, both ends, source, probability.
    evidence = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    probability = models.FloatField()
    state = models.CharField(
        max_length=20, choices=ConflictState.choices, default=ConflictState.OPEN
    )
    condition = models.TextField(blank=True)
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    class Meta:
        ordering = ["-probability", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=ONE_THING, name="conflict_with_an_order_or_a_dossier"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ConflictState.values), name="conflict_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ConflictState.MANAGEABLE) | ~Q(condition=""),
                name="conflict_manageable_under_a_condition",
            ),
            models.UniqueConstraint(
                fields=["person", "dossier"],
                condition=Q(dossier__isnull=False),
                name="conflict_person_dossier_once",
            ),
            models.UniqueConstraint(
                fields=["person", "order"],
                condition=Q(order__isnull=False),
                name="conflict_person_order_once",
            ),
        ]
        indexes = [
            # Whom to bar is asked on every page: answered from the index alone.
            models.Index(
                fields=["person", "state", "dossier", "order"], name="conflict_barring"
            ),
            models.Index(
                fields=["dossier", "state", "person", "kind"], name="conflict_dossier"
            ),
            models.Index(
                fields=["order", "state", "person", "kind"], name="conflict_order"
            ),
            models.Index(fields=["state", "-probability"], name="conflict_to_judge"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of person {self.person_id} (#{self.pk})"


class NamedElsewhere(models.Model):
    """Another dossier, or a seat in a council, that the evidence of a case names.

    Who may not know of it must not know of the case either; asked from here, since the
    database cannot look into the evidence.
    """

    conflict = models.ForeignKey(
        Conflict, on_delete=models.CASCADE, related_name="names"
    )
    dossier = models.ForeignKey(
        "calls.Dossier",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    seat = models.ForeignKey(
        "panels.Seat", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier=None, seat__isnull=False)
                | Q(dossier__isnull=False, seat=None),
                name="named_elsewhere_a_dossier_or_a_seat",
            )
        ]

    def __str__(self) -> str:
        return f"named in conflict #{self.conflict_id} (#{self.pk})"


class TieYears(models.Model):
    """How long one kind of tie counts in this house, said by whom and why; never changed.

    The last that was said of a kind holds. Without years the tie always counts; without a
    source it is the choice of the house, and is shown as such.
    """

    kind = models.CharField(max_length=20)
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    reason = models.TextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="tie_years_have_a_reason"
            )
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="tie_years_last")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.years} years (#{self.pk})"

    @property
    def label(self) -> str:
        return str(TieKind(self.kind).label)


class ConflictVerdict(models.Model):
    """What somebody said of a case, why, and on which evidence; never changed."""

    conflict = models.ForeignKey(
        Conflict, on_delete=models.PROTECT, related_name="verdicts"
    )
    finding = models.CharField(max_length=20, choices=ConflictFinding.choices)
    reason = models.TextField()
    condition = models.TextField(blank=True)
    # The evidence that was judged: with another digest the case is open again.
    digest = models.CharField(max_length=64)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField()
    # To let somebody in against a sure tie takes two: until then nothing changes.
    needs_second = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="conflict_verdict_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("given_by")),
                name="conflict_verdict_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding} on conflict #{self.conflict_id} (#{self.pk})"

    @property
    def waits(self) -> bool:
        return self.needs_second and self.confirmed_by_id is None


class DismissedTie(models.Model):
    """A tie that is none, once and for all: no case asks about it again."""

    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="dismissed_ties"
    )
    # The case on whose page it was set aside.
    conflict = models.ForeignKey(
        Conflict, on_delete=models.PROTECT, related_name="dismissed_ties"
    )
    # What is wrong, as the method names it: an identity or a tie.
    key = models.CharField(max_length=200)
    # As it was read when it was set aside.
    said = models.JSONField(default=dict)
    reason = models.TextField()
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    dismissed_at = models.DateTimeField()
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"],
                condition=Q(restored_at=None),
                name="dismissed_tie_once",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="dismissed_tie_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} is no tie of person {self.person_id}"


class DeclaredTie(models.Model):
    """A tie that a person or the office declared: what no register can know."""

    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="declared_ties"
    )
    dossier = models.ForeignKey(
        "calls.Dossier",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    order = models.ForeignKey(
        "tasks.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=TieKind.choices)
    rule_code = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    source = models.CharField(max_length=10, choices=Declarer.choices)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=ONE_THING, name="declared_tie_to_an_order_or_a_dossier"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="declared_tie_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} declared for person {self.person_id} (#{self.pk})"


class Exclusion(models.Model):
    """Whom an applicant asks not to judge the dossier, and why; never shown to those."""

    dossier = models.ForeignKey(
        "calls.Dossier", on_delete=models.PROTECT, related_name="exclusions"
    )
    person = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # As the applicant wrote it: he need not find the person in the registry.
    name = models.CharField(max_length=300)
    place = models.CharField(max_length=300, blank=True)
    reason = models.TextField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(reason=""),
                name="exclusion_has_a_name_and_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"exclusion #{self.pk} from dossier #{self.dossier_id}"
