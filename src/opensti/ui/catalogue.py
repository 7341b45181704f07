"""The living catalogue: every component on one page, for those who build pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.ui import charts, samples
from opensti.ui.bubbles import Bubble, bubbles
from opensti.ui.pages import Crumb, NavGroup, NavLink, Step, Tab, TimelineItem
from opensti.ui.waterfall import diverging, waterfall

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_DAY = date(2026, 3, 16)
_MOMENT = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of every kind that forms are made of."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("As it will be printed in the decision."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    budget = forms.DecimalField(
        label=gettext_lazy("Budget"), max_digits=18, decimal_places=0, min_value=0
    )
    starts = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        widget=forms.RadioSelect,
        choices=[("a", gettext_lazy("Call")), ("b", gettext_lazy("Direct assignment"))],
    )
    agreed = forms.BooleanField(label=gettext_lazy("I have read the notice"))


def _frame() -> dict[str, Any]:
    return {
        "nav": [
            NavGroup(
                label=_("Work"),
                links=[
                    NavLink(label=_("My queue"), url="#queue", count=12, icon="inbox"),
                    NavLink(label=_("Components"), url="#", current=True, icon="list"),
                ],
            ),
            NavGroup(
                label=_("Registers"),
                links=[
                    NavLink(label=_("Organisations"), url="#org", icon="building"),
                    NavLink(label=_("People"), url="#people", icon="people"),
                ],
            ),
        ],
        "breadcrumb": [Crumb(_("First page"), "/"), Crumb(_("Components"))],
        "title": _("Components"),
        "lead": _("Everything pages are made of, with sample values."),
    }


def _things() -> dict[str, Any]:
    return {
        "sample_pair": {
            "name_vi": "Viện Nghiên cứu Cơ khí",
            "name_en": "National Research Institute of Mechanical Engineering",
        },
        "sample_only_vi": {
            "name_vi": "Chế tạo thiết bị sấy năng lượng mặt trời",
            "name_en": "",
        },
        "amount": Decimal(1234567000),
        "due": _DAY,
        "facts": [
            (_("Code"), "ĐT.014/26"),
            (_("Host organisation"), "Viện Nghiên cứu Cơ khí"),
            (_("Duration"), "24"),
        ],
        "tabs": [
            Tab(label=_("Overview"), url="#", current=True),
            Tab(label=_("Documents"), url="#d", count=7),
            Tab(label=_("People"), url="#p"),
        ],
        "steps": [
            Step(label=_("Need"), state="done", note="12/01/2026"),
            Step(label=_("Order"), state="done", note="02/02/2026"),
            Step(
                label=_("Call"),
                state="current",
                note=_("until %(day)s") % {"day": "16/03/2026"},
            ),
            Step(label=_("Council"), state="next"),
            Step(label=_("Decision"), state="next"),
        ],
        "timeline": [
            TimelineItem(
                title=_("Dossier submitted"),
                at=_MOMENT,
                who="Nguyễn Thị Hạnh",
                tone="good",
            ),
            TimelineItem(
                title=_("Supplement asked for"),
                at=_MOMENT + timedelta(days=2),
                who="Trần Văn Dũng",
                text=_("The capacity statement is not signed."),
                tone="bad",
            ),
            TimelineItem(
                title=_("Supplement received"),
                at=_MOMENT + timedelta(days=4),
                who="Nguyễn Thị Hạnh",
            ),
        ],
        "head": (_("Organisation"), _("Dossiers"), _("Budget")),
        "body": [
            ("Viện Nghiên cứu Cơ khí", "12", "4.200.000.000"),
            ("Trường Đại học Điện lực", "7", "2.150.000.000"),
        ],
        "page_of_many": Paginator(range(1000), 50).page(7),
        "refusal": {
            "message": _("The dossier cannot be submitted after the call has closed."),
            "mend": _("Ask the officer of the call for a late exception."),
            "article": "Thông tư 37/2014/TT-BCT, Điều 9",
            "who": _("agency leader"),
        },
    }


def _charts() -> list[charts.Chart]:
    years = ["2022", "2023", "2024", "2025", "2026"]
    return [
        charts.bars(
            title=_("Dossiers by field"),
            head=(_("Field"), _("Dossiers")),
            rows=[
                ("Cơ khí", 48),
                ("Điện, điện tử", 37),
                ("Hoá chất", 21),
                ("Dệt may, da giày", 9),
            ],
        ),
        charts.stacked(
            title=_("Results by year"),
            head=(_("Year"), _("Approved"), _("Refused"), _("Withdrawn")),
            rows=[(year, 10 + 3 * i, 14 - i, i) for i, year in enumerate(years)],
        ),
        charts.line(
            title=_("Budget by source, billion đồng"),
            head=(_("Year"), _("State budget"), _("Enterprise")),
            rows=[(year, 40 + i * i, 12.5 + 7 * i) for i, year in enumerate(years)],
        ),
        charts.donut(
            title=_("Hosts by kind"),
            head=(_("Kind"), _("Hosts")),
            rows=[(_("Institute"), 31), (_("University"), 22), (_("Enterprise"), 17)],
        ),
        charts.histogram(
            title=_("Scores"),
            head=(_("Score"), _("Dossiers")),
            values=[52, 61, 63, 64, 70, 71, 71, 74, 75, 78, 80, 82, 83, 85, 88, 91, 93],
            bins=6,
        ),
        charts.gantt(
            title=_("Stages of a call"),
            head=(_("Stage"), _("First day"), _("Last day")),
            rows=[
                (_("Call"), date(2026, 1, 15), date(2026, 3, 16)),
                (_("Council"), date(2026, 3, 17), date(2026, 4, 20)),
                (_("Decision"), date(2026, 4, 21), date(2026, 5, 5)),
            ],
            today=date(2026, 3, 30),
        ),
        *_between(),
        waterfall(
            title=_("Growth of productivity by part, % a year"),
            head=(_("Part"), _("% a year")),
            rows=[("Nông nghiệp", 1.1), ("Chế biến", 2.4), ("Khai khoáng", -0.6)],
            total=_("Productivity"),
        ),
        diverging(
            title=_("Sources of growth, % a year"),
            head=(_("Unit"), _("Labour"), _("Capital"), _("TFP")),
            rows=[("THA", 0.4, 1.2, 1.4), ("PHL", 1.1, 2.6, -0.3)],
            total=_("Value added"),
        ),
        bubbles(
            title=_("Sectors"),
            head=(_("Sector"), _("Share"), _("Productivity, whole = 1"), _("Size")),
            rows=[
                Bubble(label="Nông nghiệp", x=33, y=0.4, size=33),
                Bubble(label="Chế biến", x=23, y=1.3, size=23),
                Bubble(label="Khai khoáng", x=0.4, y=14, size=0.4),
            ],
        ),
    ]


def _between() -> list[charts.Chart]:
    works = ["Thu hồi kẽm", "Hoàn nguyên bụi lò", "Xỉ làm phụ gia", "Sấy bơm nhiệt"]
    found = [
        charts.Between(first=a, second=b, share=share, words=f"{share:.0%}", series=n)
        for n, (a, b, share) in enumerate(((0, 1, 0.95), (1, 2, 0.72), (2, 3, 0.55)))
    ]
    head = (_("Work"), _("The other work"), _("Probability"))
    return [
        charts.heat(
            title=_("Likeness of works"),
            head=head,
            blocks=[("1", works)],
            cells=found,
            each=True,
        ),
        charts.graph(
            title=_("Works that hang together"),
            head=(*head, _("State")),
            names=works,
            edges=found,
            series=(_("Draft"), _("Approved"), _("Refused")),
        ),
    ]


def catalogue(request: HttpRequest) -> HttpResponse:
    """Show every component; only where the software is being built."""
    if not settings.DEBUG:
        raise Http404
    wrong = SampleForm({"title": "", "budget": "-5", "starts": "32/13"}, prefix="wrong")
    context = {
        **_frame(),
        **_things(),
        **samples.selection(request),
        "form": SampleForm(),
        "wrong": wrong,
        "charts": _charts(),
        "tones": [
            ("neutral", _("Draft")),
            ("info", _("Submitted")),
            ("wait", _("With the council")),
            ("good", _("Approved")),
            ("warn", _("Supplement asked for")),
            ("bad", _("Refused")),
        ],
    }
    return render(request, "ui/catalogue.html", context)
