"""What a worker worked out of the whole register, as of one state of it: derived, never recorded."""

from __future__ import annotations

from django.db import models

from opensti.kernel.identifiers import new_public_id


class Figures(models.Model):
    """Figures of one name; ``acts`` to ``day`` name the edition that they are of.

    ``token`` is another one each time; ``seconds`` is what the working out took.
    """

    name = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=20, default=new_public_id, editable=False)
    content = models.BinaryField()
    acts = models.BigIntegerField()
    at = models.DateTimeField()
    opened = models.DateField(null=True, blank=True)
    policy = models.CharField(max_length=64)
    day = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    seconds = models.FloatField()

    def __str__(self) -> str:
        return f"{self.name} as of {self.at}"
