"""Needs, orders and tasks say which goal of a plan they serve."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def goal(related_name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="strategies.goal",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("strategies", "0001_initial"),
        ("tasks", "0002_search"),
    ]

    operations = [
        migrations.AddField("need", "goal", goal("needs")),
        migrations.AddField("order", "goal", goal("orders")),
        migrations.AddField("task", "goal", goal("tasks")),
    ]
