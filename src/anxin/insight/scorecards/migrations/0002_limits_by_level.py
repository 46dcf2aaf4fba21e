"""Floor and target by level, and the first month of a plan."""

from typing import Any

from django.db import migrations, models

# As they were when a plan had one floor and one target for all.
LEVELS = {
    "kept": ("person", "team", "branch"), "broken": ("person", "team"), "hours": ("person", "team", "branch"),
    "rework": ("person", "team", "branch"), "returned": ("person", "team", "branch"), "disputes": ("person", "team", "branch"),
    "rating": ("person", "team", "branch"), "servperf": ("branch",), "premium": ("person", "branch"),
}  # fmt: skip


def by_level(lines: dict[str, Any]) -> dict[str, Any]:
    return {
        code: {
            "weight": line["weight"], "fewest": line["fewest"],
            "limits": {level: {"floor": line["floor"], "target": line["target"]} for level in LEVELS[code]},
        }
        for code, line in lines.items()
    }  # fmt: skip


def for_all(lines: dict[str, Any]) -> dict[str, Any]:
    """Back: of the first level, which the others may differ from."""
    return {
        code: {"weight": line["weight"], "fewest": line["fewest"], **next(iter(line["limits"].values()))}
        for code, line in lines.items()
    }


def forward(apps: Any, _editor: Any) -> None:
    _change(apps, by_level)
    Plan, Run = apps.get_model("scorecards", "Plan"), apps.get_model("scorecards", "Run")
    for plan in Plan.objects.filter(state="published", number__gt=1):
        # A plan counted from the month that was newest when it was published.
        judged = Run.objects.filter(plan=plan).exclude(period__contains="Q").order_by("period").first()
        plan.valid_from = judged.period if judged is not None else f"{plan.published_at:%Y-%m}"
        plan.save(update_fields=["valid_from"])


def back(apps: Any, _editor: Any) -> None:
    _change(apps, for_all)


def _change(apps: Any, change: Any) -> None:
    for plan in apps.get_model("scorecards", "Plan").objects.all():
        plan.lines = change(plan.lines)
        plan.save(update_fields=["lines"])
    for deed in apps.get_model("scorecards", "Deed").objects.all():
        deed.before, deed.after = change(deed.before), change(deed.after)
        deed.save(update_fields=["before", "after"])


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0001_initial")]

    operations = [
        migrations.AddField(
            "plan", "valid_from",
            models.CharField(max_length=7, blank=True, default="", help_text="the first month it is for (2025-03); empty: from the beginning"),
            preserve_default=False,
        ),
        migrations.AlterField(
            "plan", "lines",
            models.JSONField(default=dict, help_text="code → weight (of 100), fewest, limits: level → floor, target"),
        ),
        migrations.RunPython(forward, back),
    ]  # fmt: skip
