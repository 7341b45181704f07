"""Components, forms, words: what stands on every page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from opensti.kernel.bilingual import Words
from opensti.ui.catalogue import catalogue
from opensti.ui.pages import Crumb, NavGroup, NavLink, Step, Tab, TimelineItem, folded
from opensti.ui.templatetags.ui import (
    day,
    days_left,
    file_size,
    left_tone,
    moment,
    money,
    number,
)

PROOF = "abc"
TEMPLATES = Path(__file__).parents[2] / "src" / "opensti" / "ui" / "templates"


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# ---------------------------------------------------------------- words and figures


@pytest.mark.parametrize(
    ("language", "both", "only_vi"),
    [("vi", "Viện", "Máy"), ("en", "Institute", '<span lang="vi">Máy</span>')],
)
def test_a_pair_is_written_in_the_readers_language_else_marked(
    draw, language, both, only_vi
):
    with override(language):
        assert draw('{% pair x "n" %}', x={"n_vi": "Viện", "n_en": "Institute"}) == both
        assert (
            draw('{% pair x "n" %}', x=SimpleNamespace(n_vi="Máy", n_en="")) == only_vi
        )
        assert draw('{% pair_text x "n" %}', x={"n_vi": "Máy", "n_en": None}) == "Máy"
        assert draw("{% pair x %}", x=Words("Viện", "Institute")) == both


def test_a_pair_is_escaped(draw):
    assert draw('{% pair x "n" %}', x={"n_vi": "<b>", "n_en": ""}) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "vi",
            [
                "1.234.567\u00a0đ",
                "1.234,5",
                "02/03/2026",
                "02/03/2026 06:30",
                "46,9\u00a0KB",
                "—",
            ],
        ),
        (
            "en",
            [
                "VND\u00a01,234,567",
                "1,234.5",
                "02 Mar 2026",
                "02 Mar 2026 06:30",
                "46.9\u00a0KB",
                "—",
            ],
        ),
    ],
)
def test_figures_and_dates_are_written_as_the_reader_writes_them(language, texts):
    with override(language):
        assert [
            money(Decimal(1234567)),
            number(Decimal("1234.5"), 1),
            day(date(2026, 3, 2)),
            moment(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)),
            file_size(48_000),
            money(None),
        ] == texts


def test_days_left_are_said_in_words_with_a_tone():
    with override("en"):
        said = [(days_left(n), left_tone(n)) for n in (-2, -1, 0, 1, 12, None)]
    assert said == [
        ("2 working days late", "bad"),
        ("1 working day late", "bad"),
        ("due today", "warn"),
        ("1 working day left", "warn"),
        ("12 working days left", "neutral"),
        ("", "neutral"),
    ]


def test_the_address_keeps_what_is_not_replaced(draw):
    assert draw("{% query_with page=3 %}") == "?q=a&amp;page=3"
    assert draw("{% query_with page=None %}") == "?q=a"


# ---------------------------------------------------------------- components


def test_every_component_can_be_drawn_with_nothing(draw):
    for path in sorted((TEMPLATES / "cotton").glob("*.html")):
        assert draw(f"<c-{path.stem} />", csrf_token=PROOF) is not None, path.name


def test_a_component_takes_nothing_from_the_page_around_it(draw):
    assert "Page" not in draw("<c-card>inside</c-card>", title="Page", actions="Page")
    assert "Page" not in draw(
        '<c-stat label="a" value="1" />', note="Page", href="Page"
    )


def test_badges_say_the_state_in_words(draw):
    assert draw(
        '<c-state-badge tone="good" state="approved">Được duyệt</c-state-badge>'
    ) == (
        '<span class="badge" data-tone="good" data-state="approved">Được duyệt</span>'
    )


def test_components_escape_what_they_are_given(draw):
    bad = "<script>"
    page = [
        ('<c-card title="{{ x }}">{{ x }}</c-card>', 2),
        ('<c-definition-list :items="items" />', 2),
        ('<c-stat label="{{ x }}" value="{{ x }}" note="{{ x }}" />', 3),
        ('<c-table caption="{{ x }}" :head="head" :rows="rows" />', 4),
        ('<c-tabs :tabs="tabs" />', 1),
        ('<c-timeline :items="acts" />', 3),
    ]
    values = {
        "x": bad,
        "items": [(bad, bad)],
        "head": [bad],
        "rows": [[bad]],
        "tabs": [Tab(label=bad, url="#")],
        "acts": [TimelineItem(title=bad, who=bad, text=bad)],
    }
    assert [
        (draw(s, **values).count("&lt;script&gt;"), "<script" in draw(s, **values))
        for s, _n in page
    ] == [(n, False) for _s, n in page]


def test_steps_say_where_the_case_stands_without_colour(draw):
    with override("en"):
        text = draw(
            '<c-steps :steps="s" />',
            s=[
                Step(label="A", state="done"),
                Step(label="B", state="current"),
                Step(label="C", state="next"),
            ],
        )
    assert words(text) == "A (done) B (now) C (to come)"
    assert text.count('aria-current="step"') == 1


def test_a_run_of_the_same_act_is_folded_and_others_stay():
    day = datetime(2026, 7, 1, tzinfo=UTC)
    items = [
        TimelineItem(title="a", at=day),
        *[TimelineItem(title="b", who=f"{n}") for n in range(3)],
        TimelineItem(title="a"),
        TimelineItem(title="a", text="x"),
    ]
    with override("en"):
        assert folded(items) == [
            items[0],
            TimelineItem(title="b: 3 times", inner=items[1:4]),
            *items[4:],
        ]


def test_a_long_figure_in_a_tile_is_written_smaller_not_broken(draw):
    assert [
        "data-long" in draw('<c-stat label="x" value="{{ v }}" />', v=v)
        for v in ("3", "115", "1.960.000.000\u00a0đ")
    ] == [False, False, True]


def test_pages_are_links_that_keep_the_query(draw):
    text = draw('<c-pagination :page="page" />', page=Paginator(range(100), 10).page(2))
    assert 'href="?q=a&amp;page=3"' in text
    assert (
        draw('<c-pagination :page="page" />', page=Paginator(range(3), 10).page(1))
        == ""
    )


def test_a_confirmation_is_a_form_that_posts(draw):
    text = draw(
        '<c-confirm label="Withdraw" action="/x/" kind="danger">sure?</c-confirm>',
        csrf_token=PROOF,
    )
    assert (
        'method="post" action="/x/"' in text,
        f'value="{PROOF}"' in text,
        text.count("<button"),
    ) == (True, True, 1)


# ---------------------------------------------------------------- forms


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="As printed", max_length=5)
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Agreed")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_form_links_each_error_to_its_field():
    with override("en"):
        text = str(Sample({"title": "too long"}))
    targets = re.findall(r'<a href="#([^"]+)">', text)
    assert targets == ["id_title", "id_kind", "id_agreed"]
    assert [f'id="{target}"' in text for target in targets] == [True, True, True]


def test_a_field_in_error_says_so_to_everybody():
    with override("en"):
        text = str(Sample({"title": "too long"})["title"].as_field_group())
    box = re.search(r"<input[^>]*>", text).group()
    described = re.search(r'aria-describedby="([^"]+)"', box).group(1).split()
    assert 'aria-invalid="true"' in box
    assert sorted(described) == ["id_title_error", "id_title_helptext"]
    assert [f'id="{each}"' in text for each in described] == [True, True]


def test_an_untouched_form_accuses_nobody():
    text = str(Sample())
    assert (
        "error-summary" in text,
        "aria-invalid" in text,
        "data-invalid" in text,
    ) == (False, False, False)


def test_every_box_has_a_label():
    text = str(Sample())
    ids = re.findall(r'<input type="(?:text|checkbox|radio)"[^>]*id="([^"]+)"', text)
    assert sorted(ids) == sorted(re.findall(r'<label[^>]*for="([^"]+)"', text))


# ---------------------------------------------------------------- frames


def page(name, **context):
    request = RequestFactory().get("/here/")
    request.user = SimpleNamespace(is_authenticated=False, pk=None)
    return get_template(name).render({"nav": [], **context}, request)


def test_the_page_has_one_heading_one_main_and_a_way_past_the_menu():
    nav = [
        NavGroup(
            label="Work",
            links=[NavLink(label="Queue", url="/q/", count=3, current=True)],
        )
    ]
    text = page(
        "ui/page.html",
        title="Dossiers <1>",
        nav=nav,
        breadcrumb=[Crumb("Home", "/"), Crumb("Dossiers")],
    )
    assert (
        text.count("<h1"),
        text.count("<main"),
        text.count('href="#main"'),
        "Dossiers &lt;1&gt;" in text,
    ) == (1, 1, 2, True)
    assert text.count('aria-current="page"') == 2


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["ui/page.html", "ui/public.html", "ui/refused.html"])
def test_a_page_says_its_language(name, language):
    with override(language):
        assert f'<html lang="{language}">' in page(
            name, title="T", refusal={"message": "No."}
        )


@pytest.mark.parametrize("code", [400, 403, 404, 409, 429, 500])
def test_error_pages_speak_both_languages_and_need_nothing(code):
    text = render_to_string(f"{code}.html")
    assert (
        '<html lang="vi">' in text,
        '<section lang="en">' in text,
        text.count("<h1"),
        str(code) in text,
    ) == (True, True, 1, True)


def test_a_refusal_says_what_how_which_rule_and_who_and_no_name_of_the_code():
    refusal = {
        "message": "Too late.",
        "mend": "Ask for an exception.",
        "article": "Điều 9",
        "who": "leader",
        "field": "submitted",
    }
    with override("en"):
        text = words(page("ui/refused.html", refusal=refusal))
    assert (
        "Too late. How to mend it Ask for an exception. Rule Điều 9 Who could allow it leader"
        in text
    )


def test_a_refusal_of_one_problem_says_it_once_and_of_several_lists_them():
    late = SimpleNamespace(message="Too late.", mend="Come earlier.")
    none = SimpleNamespace(message="No name.", mend="Enter one.")
    one = {"message": "Too late.", "mend": "Come earlier.", "problems": [late]}
    two = one | {"problems": [late, none]}
    with override("en"):
        said = [words(page("ui/refused.html", refusal=r)) for r in (one, two)]
    assert [s.count("Too late.") for s in said] == [1, 2]
    assert "Too late. How to mend it Come earlier." in said[0]
    assert "Too late. Come earlier. No name. Enter one." in said[1]


def test_the_catalogue_is_shown_only_where_the_software_is_built(settings, rf):
    settings.DEBUG = False
    with pytest.raises(Http404):
        catalogue(rf.get("/"))
