"""The ministry's record: one line for every act, in the order in which acts happened.

Rows are only ever added, in the transaction of the act itself. ``check_log`` finds any
row that was changed behind the program's back.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """Who did what, in which capacity, on what, when, and on which legal basis."""

    position = models.PositiveBigIntegerField(unique=True)
    act = models.CharField(max_length=100)
    subject = models.CharField(max_length=100)
    actor_user_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=120)
    on_behalf = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    basis = models.TextField(blank=True)
    body = models.TextField()  # canonical JSON (RFC 8785)
    public = models.BooleanField(default=False)
    salt = models.BinaryField(max_length=32)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["position"]
        indexes = [
            models.Index(fields=["subject", "position"], name="record_subject"),
            models.Index(fields=["actor_user_id", "position"], name="record_actor"),
            models.Index(fields=["act", "position"], name="record_act"),
        ]

    def __str__(self) -> str:
        return f"#{self.position} {self.act} {self.subject}"


class Secret(models.Model):
    """What an entry only commits to; deleted, the commitment says nothing any more."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="secrets")
    field = models.CharField(max_length=100)
    salt = models.BinaryField(max_length=32)
    value = models.TextField()  # canonical JSON

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "field"], name="record_one_secret_per_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} of #{self.entry_id}"


class LogHead(models.Model):
    """The one row that every writer locks: how many entries, and the tree's right edge."""

    size = models.PositiveBigIntegerField(default=0)
    edge = models.BinaryField(default=bytes)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="record_one_head")
        ]

    def __str__(self) -> str:
        return f"log of {self.size}"


class Tile(models.Model):
    """256 hashes of the tree that never change again (C2SP tlog-tiles)."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="record_one_tile")
        ]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class Checkpoint(models.Model):
    """What the log has put its signature to (C2SP tlog-checkpoint)."""

    size = models.PositiveBigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["size"]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"

    @property
    def cosigned(self) -> str:
        """The note with the witnesses' signatures under the log's own."""
        return self.note + "".join(f"{c.line}\n" for c in self.cosignatures.all())


class Cosignature(models.Model):
    """A witness's word that it saw a checkpoint, and no other history before it."""

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.CASCADE, related_name="cosignatures"
    )
    witness = models.CharField(max_length=255)  # the verifier key's name
    key_id = models.CharField(max_length=8)
    line = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness", "key_id"],
                name="record_one_cosignature_per_witness",
            )
        ]

    def __str__(self) -> str:
        return f"{self.witness} on {self.checkpoint_id}"
