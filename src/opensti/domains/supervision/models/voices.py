"""What a citizen or an organisation says of a public thing, and what came of it.

A petition is a voice that gathers supporters, an objection one that may stop a case.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.choices import (
    Effect,
    Level,
    Standing,
    Use,
    VoiceKind,
    VoiceState,
)
from opensti.domains.supervision.models.units import Unit
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.searchtext import Searchable

_USER = settings.AUTH_USER_MODEL


class Voice(Searchable):
    """One text about one public thing (``about_kind`` and ``about_id``, its address).

    ``author`` is empty for whoever chose not to be known; ``said_name`` is shown only
    with ``show_name``. ``token`` is the form it came by: a double click is one voice.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    token = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=VoiceKind.choices)
    about_kind = models.CharField(max_length=30, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    about_vi = models.CharField(max_length=500, blank=True)
    about_en = models.CharField(max_length=500, blank=True)
    text = models.TextField(max_length=4000)
    text_digest = models.CharField(max_length=64, blank=True)
    level = models.CharField(max_length=12, choices=Level.choices)
    author = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    said_name = models.CharField(max_length=120, blank=True)
    show_name = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=12, choices=VoiceState.choices)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    screen_by = models.DateField(null=True)
    screened_at = models.DateTimeField(null=True)
    screened_by = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+"
    )
    screened_role = models.CharField(max_length=120, blank=True)
    ground = models.CharField(max_length=40, blank=True)
    ground_words = models.TextField(blank=True)
    review_asked_at = models.DateTimeField(null=True)
    review_reason = models.TextField(blank=True)
    review_by = models.DateField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    review_words = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    due_basis = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="voices"
    )
    assigned_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+"
    )
    use = models.CharField(max_length=12, choices=Use.choices, blank=True)
    use_reason = models.TextField(blank=True)
    use_link = models.CharField(max_length=300, blank=True)
    used_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    about = Pair("about")

    class Meta:
        verbose_name = _("text of a citizen")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=VoiceState.HIDDEN) | ~Q(ground=""),
                name="supervision_hidden_has_a_ground",
            ),
            models.CheckConstraint(
                condition=~Q(state=VoiceState.ASSIGNED) | Q(unit__isnull=False),
                name="supervision_assigned_has_a_unit",
            ),
            models.CheckConstraint(
                condition=~Q(state=VoiceState.ANSWERED) | Q(answered_at__isnull=False),
                name="supervision_answered_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(level=Level.ANONYMOUS) | Q(author=None),
                name="supervision_anonymous_has_no_author",
            ),
        ]
        indexes = [
            models.Index(
                fields=["about_kind", "about_id", "state"],
                name="supervision_voice_about",
            ),
            models.Index(fields=["state", "due_on"], name="supervision_voice_due"),
            models.Index(fields=["text_digest"], name="supervision_voice_text"),
            models.Index(
                fields=["-received_at", "-id"], name="supervision_voice_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def subject(self) -> str:
        """How the record names it."""
        return f"supervision.voice:{self.public_id}"

    @property
    def shown_name(self) -> str:
        """The name beside the text, as its author chose."""
        if self.organisation is not None:
            return str(self.organisation)
        if not self.show_name:
            return ""
        return str(self.author) if self.author is not None else self.said_name


class Petition(models.Model):
    """What a petition has beyond its text: how many must support it, and until when."""

    voice = models.OneToOneField(
        Voice, on_delete=models.PROTECT, related_name="petition"
    )
    title = models.CharField(max_length=200)
    threshold = models.PositiveIntegerField()
    closes_on = models.DateField(null=True)
    supporters = models.PositiveIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"petition {self.voice_id}"


class Support(models.Model):
    """One supporter, once: an account, or an address of which only a digest stays."""

    petition = models.ForeignKey(
        Petition, on_delete=models.PROTECT, related_name="supports"
    )
    user = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address_digest = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)  # until it is confirmed
    said_name = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "user"],
                condition=Q(user__isnull=False),
                name="supervision_support_once_per_account",
            ),
            models.UniqueConstraint(
                fields=["petition", "address_digest"],
                condition=~Q(address_digest=""),
                name="supervision_support_once_per_address",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) ^ ~Q(address_digest=""),
                name="supervision_support_by_one_way",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(email=""),
                name="supervision_support_forgets_the_address",
            ),
        ]

    def __str__(self) -> str:
        return f"support {self.pk}"


class Objection(models.Model):
    """What an objection has beyond its text: standing, and its effect on the case."""

    voice = models.OneToOneField(
        Voice, on_delete=models.PROTECT, related_name="objection"
    )
    dossier_id = models.BigIntegerField(db_index=True)
    standing = models.CharField(max_length=12, choices=Standing.choices)
    effect = models.CharField(max_length=10, choices=Effect.choices, blank=True)
    effect_reason = models.TextField(blank=True)
    ruled_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"objection {self.voice_id}"
