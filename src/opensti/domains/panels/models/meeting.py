"""The meeting as a legal act: who was called, who was there when, what was voted, who signed.

Everything that a running meeting is made of stands in rows: a restarted server or a
lost connection loses nothing.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.panels.choices import (
    BallotMethod,
    LeftWhy,
    MeetingMode,
    PollState,
    SignedHow,
    TurnEnd,
)
from opensti.kernel.identifiers import new_public_id

BELOW = 2**31 - 1


def random_place() -> int:
    """A key that says nothing of when a row was written, in either database."""
    return secrets.randbelow(BELOW) + 1


class Meeting(models.Model):
    """What a council settled for its meeting; there is none while it walks the short way."""

    council = models.OneToOneField(
        "panels.Council", on_delete=models.PROTECT, related_name="meeting"
    )
    link = models.URLField(max_length=500, blank=True)
    minutes_long = models.PositiveSmallIntegerField(default=180)
    method = models.CharField(
        max_length=10, choices=BallotMethod.choices, default=BallotMethod.OPEN
    )
    method_decided_at = models.DateTimeField(null=True, blank=True)
    # The council's own vote on it: {"for": 5, "against": 1, "abstained": 0}.
    method_votes = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=BallotMethod.values),
                name="meeting_method_known",
            )
        ]

    def __str__(self) -> str:
        return f"meeting of council #{self.council_id}"


class Convocation(models.Model):
    """One calling of the meeting; a change is a new one, sent again to all."""

    council = models.ForeignKey(
        "panels.Council", on_delete=models.PROTECT, related_name="convocations"
    )
    number = models.PositiveSmallIntegerField()
    meeting_at = models.DateTimeField()
    minutes_long = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=20, choices=MeetingMode.choices)
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)
    # When each item is planned, in minutes from the beginning: {"12": 30}.
    plan = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["council", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "number"], name="convocation_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"convocation {self.number} of council #{self.council_id}"


class Summons(models.Model):
    """The letter of one convocation to one member, and how its mail went."""

    convocation = models.ForeignKey(
        Convocation, on_delete=models.PROTECT, related_name="letters"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="summons"
    )
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["convocation", "seat"], name="summons_once")
        ]

    def __str__(self) -> str:
        return f"summons of seat #{self.seat_id} (#{self.pk})"


class Sitting(models.Model):
    """One day of a meeting: opened, adjourned to another day, resumed as the next one."""

    council = models.ForeignKey(
        "panels.Council", on_delete=models.PROTECT, related_name="sittings"
    )
    number = models.PositiveSmallIntegerField()
    # Empty while members gather and the quorum is not yet there.
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    resumes_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["council", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "number"], name="sitting_number_once"
            ),
            models.UniqueConstraint(
                fields=["council"],
                condition=Q(ended_at=None),
                name="sitting_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"sitting {self.number} of council #{self.council_id}"


class Presence(models.Model):
    """From when until when a member was in the meeting; half-open, as all periods."""

    sitting = models.ForeignKey(
        Sitting, on_delete=models.PROTECT, related_name="presences"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="presences"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    remote = models.BooleanField(default=False)
    # A remote member says himself that he is there; he counts once it is confirmed.
    confirmed = models.BooleanField(default=True)
    why_left = models.CharField(max_length=20, choices=LeftWhy.choices, blank=True)
    # In the words of who noted it; never those of a conflict, which its case keeps.
    said = models.CharField(max_length=300, blank=True)
    # The item for which a member in conflict left: the keepers' to know.
    item = models.ForeignKey(
        "panels.CouncilItem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="absences",
    )

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "seat"],
                condition=Q(until=None),
                name="presence_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="presence_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"presence of seat #{self.seat_id} (#{self.pk})"


class Turn(models.Model):
    """From when until when an item was before the council; a pause ends one turn."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="turns")
    item = models.ForeignKey(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="turns"
    )
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=TurnEnd.choices, blank=True)

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting"],
                condition=Q(ended_at=None),
                name="turn_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"turn of item #{self.item_id} (#{self.pk})"


class Poll(models.Model):
    """A secret vote on one item, with a key pair of its own or on paper.

    The private part is there from the giving out of papers to the closing, and never
    again. No row of a ballot knows who wrote it, or when.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    item = models.ForeignKey(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="polls"
    )
    method = models.CharField(max_length=10, choices=BallotMethod.choices)
    state = models.CharField(max_length=10, choices=PollState.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # How many were in the room with a vote when it opened.
    entitled = models.PositiveSmallIntegerField()
    modulus = models.TextField(blank=True)
    private_key = models.TextField(blank=True)
    # Papers given out, handed in and not valid; on paper as the count team entered them.
    issued = models.PositiveSmallIntegerField(null=True, blank=True)
    cast = models.PositiveSmallIntegerField(null=True, blank=True)
    invalid = models.PositiveSmallIntegerField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    entry_position = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=~Q(state=PollState.CANCELLED),
                name="poll_one_per_item",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PollState.CLOSED, PollState.CANCELLED])
                | Q(private_key=""),
                name="poll_closed_without_its_key",
            ),
        ]

    def __str__(self) -> str:
        return f"poll on item #{self.item_id} (#{self.pk})"


class Credential(models.Model):
    """That a member was given a ballot paper: one for each poll, whatever is clicked.

    The blinded number and its signature are kept so that a lost answer can be given
    again. They say nothing of the ballot: every ballot fits every blinded number.
    """

    id = models.IntegerField(primary_key=True, default=random_place, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="credentials")
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="credentials"
    )
    blinded = models.TextField()
    signed = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "seat"], name="credential_once_per_poll"
            )
        ]

    def __str__(self) -> str:
        return f"credential of seat #{self.seat_id} for poll #{self.poll_id}"


class SecretBallot(models.Model):
    """A ballot in the urn: what it says and the signature that makes it valid.

    No time, no person; its key is random, and at closing the rows are written anew in
    the order of their marks.
    """

    id = models.IntegerField(primary_key=True, default=random_place, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="ballots")
    # SHA-256 of the signed message: under it the voter finds his own.
    mark = models.CharField(max_length=64)
    message = models.TextField()
    signature = models.TextField()
    choice = models.JSONField()
    valid = models.BooleanField(default=True)

    class Meta:
        ordering = ["poll", "mark"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "mark"], name="secret_ballot_once")
        ]

    def __str__(self) -> str:
        return f"ballot {self.mark[:8]} of poll #{self.poll_id}"


class Confirmation(models.Model):
    """A member of the count team put his name to a count on paper."""

    poll = models.ForeignKey(
        Poll, on_delete=models.PROTECT, related_name="confirmations"
    )
    seat = models.ForeignKey("panels.Seat", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "seat"], name="confirmation_once")
        ]

    def __str__(self) -> str:
        return f"confirmation of poll #{self.poll_id} by seat #{self.seat_id}"


class Dissent(models.Model):
    """A member who does not agree with what the council found, in his own words."""

    item = models.ForeignKey(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="dissents"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="dissents"
    )
    text = models.TextField()
    named = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="dissent_once")
        ]

    def __str__(self) -> str:
        return f"dissent of seat #{self.seat_id} on item #{self.item_id}"


class Remark(models.Model):
    """What the secretary wrote of the discussion of one item."""

    item = models.OneToOneField(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="remark"
    )
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"remark on item #{self.item_id}"


class Signature(models.Model):
    """A member's signature under the minutes, over the digests of the parts he may know."""

    council = models.ForeignKey(
        "panels.Council", on_delete=models.PROTECT, related_name="signatures"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="signatures"
    )
    how = models.CharField(max_length=12, choices=SignedHow.choices)
    # Digest of each part as it was read: {"meeting": "…", "item:12": "…"}.
    parts = models.JSONField()
    digest = models.CharField(max_length=64)
    # SHA-256 of the scanned sheet, for a signature on paper.
    scan = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "seat"],
                condition=Q(voided_at=None),
                name="signature_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(how=SignedHow.PAPER) | ~Q(scan=""),
                name="signature_on_paper_has_its_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"signature of seat #{self.seat_id} (#{self.pk})"
