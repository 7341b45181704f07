"""The index of what the public may read: derived from the register, made anew at any time."""

from __future__ import annotations

from django.db import models

from opensti.domains.publications.choices import EntryKind
from opensti.kernel.identifiers import new_public_id


class SearchEntry(models.Model):
    """One public row as the search asks for it: folded words, and what it is narrowed by.

    ``title`` and ``text`` stand between spaces, so that a word is found by its beginning.
    What a reader is shown is read from the row itself, asked as the public.
    """

    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    row = models.BigIntegerField()
    public_id = models.CharField(max_length=20)
    code = models.CharField(max_length=120, blank=True)
    title = models.TextField()
    text = models.TextField()
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    field = models.CharField(max_length=30, blank=True)
    province = models.CharField(max_length=30, blank=True)
    host = models.CharField(max_length=400, blank=True)
    funder = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=40, blank=True)
    band = models.PositiveSmallIntegerField(null=True, blank=True)
    # When everybody could read it first, as far as known; when the house listed it.
    at = models.DateTimeField()
    listed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    # In which turn of the index it was written.
    turn = models.PositiveBigIntegerField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "row"], name="searched_once")
        ]
        indexes = [
            models.Index(fields=["kind", "public_id"], name="search_by_public_id"),
            models.Index(fields=["-listed_at", "-id"], name="search_newest"),
            models.Index(fields=["code"], name="search_by_code"),
            # What feeds ask: the newest of a kind, and when anything last changed.
            models.Index(
                fields=["kind", "-listed_at", "-id"], name="search_newest_of_kind"
            ),
            models.Index(fields=["-changed_at"], name="search_changed"),
            models.Index(fields=["kind", "-changed_at"], name="search_kind_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class SearchWord(models.Model):
    """A word of the register and in how many entries it stands, for "did you mean"."""

    word = models.CharField(max_length=60, primary_key=True)
    entries = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word


class SearchState(models.Model):
    """One row: how often the index was changed, so that answers can be kept until then.

    ``seed`` tells one database from another.
    """

    seed = models.CharField(max_length=20, default=new_public_id, editable=False)
    version = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True)
    # Up to which entry of the record the index followed.
    position = models.BigIntegerField(default=-1)
    # The digest of the disclosure policy under which the whole of it was compared last.
    policy = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"version {self.version}"
