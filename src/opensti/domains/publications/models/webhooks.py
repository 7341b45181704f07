"""Where changes are sent to, and what became of each sending."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.kernel.identifiers import new_public_id


class EndpointState(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("webhook", "active")
    DEAD = "dead", pgettext_lazy("webhook", "stopped after failures")
    ENDED = "ended", pgettext_lazy("webhook", "ended by its owner")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "waiting")
    DONE = "done", pgettext_lazy("delivery", "delivered")
    DEAD = "dead", pgettext_lazy("delivery", "given up")


class Endpoint(models.Model):
    """An address that its owner's program listens at.

    The secret is made of ``nonce`` and the key of the house; it is kept nowhere.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    url = models.CharField(_("address"), max_length=500)
    kinds = models.JSONField(default=list)  # empty: every kind
    nonce = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=EndpointState.choices, default=EndpointState.ACTIVE
    )
    told = models.PositiveBigIntegerField()  # changes up to here were put on the way
    made_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["state"], name="endpoint_state")]

    def __str__(self) -> str:
        return f"webhook {self.public_id}"


class Delivery(models.Model):
    """One change on its way to one address; the same id however often it is sent."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    change = models.ForeignKey(
        "publications.Change", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()  # when this round of tries began
    # When, with which status, in how many milliseconds, with which fault; the last ones.
    attempts = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "change"], name="delivery_of_change_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["endpoint", "-made_at"], name="delivery_of_endpoint"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.public_id}"
