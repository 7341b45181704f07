"""Results and years of uptake say which goal they serve, results which indicator.

Until now a result held a goal's and an indicator's code as free text. A text that is the
code of exactly one goal ("MT-7", or with its plan "2795/QD-BCT MT-7"), or of an indicator,
becomes the link; any other is kept in the result's details under ``goal_said`` and
``indicator_said``. Nothing is lost, and the way back writes the texts again.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

TEXTS = (("goal", "goal_said"), ("indicator", "indicator_said"))


def known_goals(apps: Any) -> dict[str, int]:
    """Every text that names one goal alone, with the goal's id."""
    found: dict[str, set[int]] = {}
    rows = apps.get_model("strategies", "Goal").objects.order_by("pk")
    for pk, plan, code in rows.values_list("pk", "plan__code", "code"):
        for text in (code, f"{plan} {code}", f"{plan}/{code}"):
            found.setdefault(text, set()).add(pk)
    return {text: ids.pop() for text, ids in found.items() if len(ids) == 1}


def known_indicators(apps: Any) -> dict[str, int]:
    rows = apps.get_model("strategies", "Indicator").objects
    return dict(rows.values_list("code", "pk"))


def link(apps: Any, schema_editor: Any) -> None:
    known = {"goal": known_goals(apps), "indicator": known_indicators(apps)}
    results = apps.get_model("results", "Result").objects
    rows = results.exclude(goal_text="", indicator_text="").only(
        "goal_text", "indicator_text", "details"
    )
    for row in rows.order_by("pk").iterator():
        changed = {}
        details = dict(row.details)
        for name, kept_as in TEXTS:
            text = getattr(row, f"{name}_text")
            if (pk := known[name].get(text.strip())) is not None:
                changed[f"{name}_id"] = pk
            elif text:
                details[kept_as] = text
        results.filter(pk=row.pk).update(details=details, **changed)
    # What was changed above is checked before the tables are changed again.
    schema_editor.connection.check_constraints()


def write_again(apps: Any, schema_editor: Any) -> None:
    results = apps.get_model("results", "Result").objects
    for row in results.select_related("goal__plan", "indicator").order_by("pk"):
        details = dict(row.details)
        goal = f"{row.goal.plan.code} {row.goal.code}"[:60] if row.goal else ""
        indicator = row.indicator.code if row.indicator else ""
        goal_said = details.pop("goal_said", "")
        indicator_said = details.pop("indicator_said", "")
        results.filter(pk=row.pk).update(
            goal_text=goal or goal_said,
            indicator_text=indicator or indicator_said,
            details=details,
        )
    schema_editor.connection.check_constraints()


def to(model: str, related_name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=f"strategies.{model}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0005_h_days_of_acceptance"),
        ("strategies", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("result", "goal", "goal_text"),
        migrations.RenameField("result", "indicator", "indicator_text"),
        migrations.AddField("result", "goal", to("goal", "results")),
        migrations.AddField("result", "indicator", to("indicator", "results")),
        migrations.AddField("uptakeyear", "goal", to("goal", "uptake_years")),
        migrations.RunPython(link, write_again),
        migrations.RemoveField("result", "goal_text"),
        migrations.RemoveField("result", "indicator_text"),
    ]
