"""Who may sign in, in which roles, and who lent whom a role for how long."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.choices import ASKED_FOR, ROLE_CHOICES


class User(AbstractUser):
    """A person who signs in by e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"),
        max_length=5,
        default="vi",
        choices=[("vi", "Tiếng Việt"), ("en", "English")],
    )

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)


class RoleGrant(models.Model):
    """A role held from a day on, half-open: not on ``until``.

    Taken back on the day it was given it ends on that same day, and was held never.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="role_grant_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["user", "role"], name="role_grant_user_role")]

    def __str__(self) -> str:
        return f"{self.role} of user {self.user_id} (#{self.pk})"


class Delegation(models.Model):
    """A role lent to another person between two days; the lender stays answerable."""

    lender = models.ForeignKey(User, on_delete=models.PROTECT, related_name="lent")
    borrower = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="borrowed"
    )
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=300)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")),
                name="delegation_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(lender=F("borrower")), name="delegation_to_another_person"
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.role} lent by {self.lender_id} to {self.borrower_id} (#{self.pk})"
        )


class SavedView(models.Model):
    """A list as a person likes it: filters, order and columns under a name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"], name="saved_view_name_once_per_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.name} (#{self.pk})"


class ApiToken(models.Model):
    """A key with which a program acts as its owner; only its digest is kept.

    ``confirms``: it may also take acts that ask for the password again, because the
    password was asked for when it was made. ``reads_only``: it takes no act at all.
    ``scopes`` narrows it further (see ``choices.Scope``); null: a key made before there
    were scopes, or one that is to be as its owner.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    confirms = models.BooleanField(default=False)
    reads_only = models.BooleanField(default=False)
    scopes = models.JSONField(null=True, blank=True)
    issued_at = models.DateTimeField()
    until = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the hour
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reads_only=True, confirms=True),
                name="token_that_only_reads_confirms_nothing",
            )
        ]
        indexes = [models.Index(fields=["user", "-issued_at"], name="token_of_user")]

    def __str__(self) -> str:
        return f"{self.name} (#{self.pk})"

    def allows(self, scope: str) -> bool:
        """Whether the key may be used for this, as far as the key itself goes."""
        if self.scopes is None:
            return scope not in ASKED_FOR
        return scope in self.scopes
