"""The pages on which councils are planned, computed, explained, compared and approved."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from opensti.domains.panels import actions
from opensti.domains.panels.models import (
    Bid,
    Council,
    Formation,
    FormationRun,
    Place,
    Reserve,
    Seat,
    Unavailability,
)
from opensti.kernel.access import Role
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.tasks import person
from tests.web.panels.test_pages import cost, sign_in, text

pytestmark = pytest.mark.django_db
PAGES = ("formations", "formation_runs", "availability", "seats", "councils")


@pytest.fixture(autouse=True)
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    for module in PAGES:
        monkeypatch.setattr(f"opensti.web.panels.{module}.now", lambda: panels.AT)


@pytest.fixture
def office():
    return panels.Office.new()


def step(formation):
    return reverse("panels:formation_step", args=[formation.public_id])


def english(client, office):
    sign_in(client, office.officer)
    client.cookies["django_language"] = "en"
    return client


def test_an_officer_plans_computes_and_forms_councils(client, office):
    factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    english(client, office)
    page = client.get(reverse("panels:formation_new"))
    assert dossiers[0].code in text(page)
    answer = client.post(
        reverse("panels:formation_new"),
        {
            "kind": "selection",
            "mode": "apart",
            "title_vi": "Hội đồng tuyển chọn",
            "ids": [d.pk for d in dossiers],
            "secretary": office.secretary.user_id,
        },
    )
    formation = Formation.objects.get()
    assert answer.url == reverse("panels:formation", args=[formation.public_id])
    assert "Nothing is computed yet" in text(client.get(answer.url))
    answer = client.post(
        step(formation),
        {
            "act": "change",
            "version": formation.version,
            "then": "run",
            "objective": "fair",
            "seniors": "3",
            **{f"seat-{r}": n for r, n in formation.conditions["seats"].items()},
        },
    )
    run = FormationRun.objects.get()
    assert (answer.status_code, run.state) == (302, "waiting")
    assert "waiting for the worker" in text(client.get(answer.url))
    actions.compute_run(actor=office.officer, run_id=run.pk, at=panels.AT)
    result = text(client.get(reverse("panels:formation_run", args=[run.public_id])))
    assert "No way to form councils has a weakest council above" in result
    formation.refresh_from_db()
    client.post(
        step(formation),
        {"act": "approve", "run": run.pk, "version": formation.version},
    )
    assert Council.objects.count() == 2
    assert Seat.objects.count() == 14


def test_contradicting_conditions_are_said_in_words_and_loosened_by_one_click(
    client, office
):
    factory.experts(12)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    actions.change_formation(
        actor=office.officer,
        formation_id=formation.pk,
        conditions={"enterprise": 6, "lead_senior": False},
        at=panels.AT,
    )
    run = factory.computed(office, formation)
    assert run.state == "infeasible"
    english(client, office)
    page = text(client.get(reverse("panels:formation", args=[formation.public_id])))
    assert "at least 6 from enterprises" in page
    assert "The least that must give way" in page
    formation.refresh_from_db()
    client.post(step(formation), {"act": "relax", "version": formation.version})
    formation.refresh_from_db()
    assert formation.conditions["enterprise"] == 4
    run = FormationRun.objects.order_by("-number").first()
    actions.compute_run(actor=office.officer, run_id=run.pk, at=panels.AT)
    assert FormationRun.objects.get(pk=run.pk).state == "solved"


def test_a_refused_change_is_said_on_the_page(client, office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    english(client, office)
    answer = client.post(step(formation), {"act": "change", "seat-chair": "3"})
    assert answer.status_code == 422
    assert "The seats add up to 3" in text(answer)
    assert client.post(step(formation), {"act": "nonsense"}).status_code == 404


@pytest.mark.usefixtures("contexts_kept")
def test_an_expert_is_exchanged_by_hand_at_a_price_that_was_shown(client, office):
    factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    run = factory.computed(office, formation)
    place = Place.objects.filter(run=run, role="member").first()
    english(client, office)
    url = reverse("panels:formation_why", args=[run.public_id])
    page = client.get(url, {"place": place.pk})
    choice = page.context["this"].choices[0]
    assert choice.name in text(page)
    formation.refresh_from_db()
    answer = client.post(
        reverse("panels:formation_run", args=[run.public_id]),
        {
            "place": place.pk,
            "person": choice.person_id,
            "reason": "Có kinh nghiệm đánh giá.",
            "version": formation.version,
        },
    )
    assert answer.status_code == 302
    place.refresh_from_db()
    assert (place.person_id, place.reason) == (
        choice.person_id,
        "Có kinh nghiệm đánh giá.",
    )
    shown = text(client.get(answer.url))
    assert "by hand instead of" in shown


@pytest.mark.usefixtures("contexts_kept")
def test_the_page_says_why_somebody_does_not_sit(client, office):
    people = factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    actions.set_unavailable(
        actor=office.officer,
        person_id=people[3].pk,
        since=formation.sits_on,
        last=formation.sits_on,
        at=panels.AT,
    )
    run = factory.computed(office, formation)
    chosen = set(Place.objects.filter(run=run).values_list("person_id", flat=True))
    free = next(p for p in people if p.pk not in chosen and p != people[3])
    english(client, office)
    url = reverse("panels:formation_why", args=[run.public_id])
    away = client.get(url, {"person": people[3].pk})
    assert "is away on the day" in text(away)
    priced = client.get(url, {"person": free.pk})
    assert "the sum loses" in text(priced)
    assert priced.context["other"].price >= 0


def test_two_runs_are_compared_and_one_goes_out_as_a_workbook(client, office):
    factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office, 2))
    first = factory.computed(office, formation)
    actions.change_formation(
        actor=office.officer,
        formation_id=formation.pk,
        conditions={"objective": "total", "enterprise": 3},
        at=panels.AT,
    )
    second = factory.computed(office, formation)
    english(client, office)
    page = client.get(reverse("panels:formation_compare", args=[second.public_id]))
    assert "the best sum over all councils" in text(page)
    assert "at least 3 from enterprises" in text(page)
    answer = client.get(reverse("panels:formation_workbook", args=[first.public_id]))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.values)
    assert (len(rows), rows[0][3]) == (8, "Expert")


def drawn(client, office, *, cap):
    """Two councils asked for by lot, with the run that drew them or could not."""
    factory.experts(30)
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 2), mode="apart"
    )
    english(client, office)
    actions.change_formation(
        actor=office.officer,
        formation_id=formation.pk,
        conditions={"objective": "random", "cap": cap},
        at=panels.AT,
    )
    client.post(step(formation), {"act": "commit_seed"})
    return formation, factory.computed(office, formation)


def test_a_draw_is_told_with_its_proof_and_what_it_chose_from(client, office):
    _formation, run = drawn(client, office, cap=0.6)
    page = text(client.get(reverse("panels:formation_run", args=[run.public_id])))
    assert "No pair had a probability above 0.60" in page
    assert "The mean over all draws is" in page
    assert f"Drawn was one of {run.proof['mixture']} ways" in page
    assert "The worst 10 % of cases have" in page
    book = reverse("panels:formation_workbook", args=[run.public_id])
    answer = client.get(f"{book}?mixture")
    [_head, *rows] = load_workbook(
        io.BytesIO(b"".join(answer.streaming_content))
    ).active.values
    weights = {number: weight for number, weight, *_who in rows}
    assert sum(weights.values()) == run.proof["parts"]
    assert len(weights) == run.proof["mixture"]


def test_a_limit_too_small_is_said_with_the_one_that_would_do(client, office):
    formation, run = drawn(client, office, cap=0.05)
    page = text(client.get(reverse("panels:formation", args=[formation.public_id])))
    assert "no pair more likely than the highest probability" in page
    assert "instead of 0.050" in page
    assert "one may still exist" not in page
    run.conflict["proved"] = False
    run.save()
    page = text(client.get(reverse("panels:formation", args=[formation.public_id])))
    assert "one may still exist" in page


def test_an_expert_notes_days_and_loads_and_nobody_else_may(client, office):
    member = panels.expert()
    sign_in(client, member)
    client.cookies["django_language"] = "en"
    url = reverse("panels:availability")
    sent = {"act": "away", "since": "2026-08-01", "last": "2026-08-10"}
    assert client.post(url, sent).status_code == 302
    row = Unavailability.objects.get()
    assert (row.person_id, str(row.until)) == (member.person_id, "2026-08-11")
    assert client.post(url, {**sent, "last": "2026-07-01"}).status_code == 422
    answer = client.post(url, {"act": "load", "most": "2", "most_per_year": "6"})
    assert answer.status_code == 302
    page = text(client.get(url))
    assert 'value="6"' in page
    client.post(url, {"act": "back", "absence": row.pk})
    assert not Unavailability.objects.exists()
    other = panels.expert()
    assert client.get(url, {"person": other.person_id}).status_code == 403
    sign_in(client, office.officer)
    assert client.get(url, {"person": other.person_id}).status_code == 200


def test_an_expert_says_wishes_and_sees_no_more_of_a_case_in_conflict(client, office):
    member = panels.expert()
    factory.make_expert(member)
    dossiers = panels.eligible_dossiers(office, 2)
    formation = factory.planned(office, dossiers)
    actions.open_bidding(
        actor=office.officer,
        formation_id=formation.pk,
        until=formation.sits_on,
        at=panels.AT,
    )
    sign_in(client, member)
    url = reverse("panels:wishes")
    page = text(client.get(url))
    assert all(d.title_vi in page for d in dossiers)
    one, two = formation.items.order_by("position")
    answer = client.post(
        url,
        {
            "formation": formation.pk,
            f"wish-{one.pk}": "eager",
            f"wish-{two.pk}": "conflict",
        },
    )
    assert answer.status_code == 302
    assert dict(Bid.objects.values_list("item_id", "wish")) == {
        one.pk: "eager",
        two.pk: "conflict",
    }
    page = text(client.get(url))
    assert [item.dossier.title_vi in page for item in (one, two)] == [True, False]


@pytest.mark.usefixtures("contexts_kept")
def test_a_member_is_called_from_the_reserve(client, office):
    factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    run = factory.computed(office, formation)
    [council] = actions.approve_formation(
        actor=office.officer, formation_id=formation.pk, run_id=run.pk, at=panels.AT
    )
    panels.set_up(office, council)
    seat = Seat.objects.get(council=council, role="chair")
    english(client, office)
    url = reverse("panels:seat_reserve", args=[council.public_id, seat.pk])
    page = client.get(url)
    first = page.context["choices"][0]
    assert first.rank > 0
    assert first.name in text(page)
    answer = client.post(url, {"decision_number": "216/QĐ-BCT"})
    assert answer.status_code == 302
    seat.refresh_from_db()
    new = Seat.objects.get(council=council, role="chair", state="invited")
    assert (seat.state, new.person_id) == ("replaced", first.person_id)
    assert Reserve.objects.filter(council=council, person=new.person).exists()


def test_reviewers_within_a_council_are_computed_from_its_page(client, office):
    factory.experts(5)
    dossiers = panels.eligible_dossiers(office, 3)
    council = panels.formed(office, dossiers=dossiers)
    panels.seated(office, council)
    panels.set_up(office, council)
    sign_in(client, office.secretary)
    client.cookies["django_language"] = "en"
    page = text(client.get(reverse("panels:council", args=[council.public_id])))
    assert "Have reviewers computed" in page
    client.post(
        reverse("panels:formation_new"),
        {"mode": "reviewers", "kind": "selection", "council": council.pk},
    )
    formation = Formation.objects.get()
    assert formation.conditions["seats"] == {"reviewer": 2}
    run = factory.computed(office, formation)
    assert run.state == "solved"
    page = text(client.get(reverse("panels:formation", args=[formation.public_id])))
    assert "raise the next-worst cases too" in page
    client.post(
        step(formation),
        {
            "act": "change",
            "seat-reviewer": "2",
            "objective": "fair",
            "leximin": "1",
            "least_load": "0",
            "most_load": "2",
        },
    )
    formation.refresh_from_db()
    assert formation.conditions["leximin"] is True
    raised = factory.computed(office, formation)
    assert raised.minimum == run.minimum
    page = text(client.get(reverse("panels:formation_run", args=[raised.public_id])))
    assert "no way to form councils gives them more than" in page


BUDGETS = {
    "formations": 9,
    "formation": 11,
    "formation_run": 15,
    "formation_why": 14,
    "formation_compare": 12,
    "seat_reserve": 36,
}


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_cases(client, office, number):
    factory.experts(24 + number)
    dossiers = panels.eligible_dossiers(office, number)
    formation = factory.planned(office, dossiers, mode="apart")
    run = factory.computed(office, formation)
    second = factory.computed(office, formation)
    sign_in(client, person(Role.LEADER))
    place = Place.objects.filter(run=run).first()
    found = {
        "formations": cost(client, reverse("panels:formations")),
        "formation": cost(
            client, reverse("panels:formation", args=[formation.public_id])
        ),
        "formation_run": cost(
            client, reverse("panels:formation_run", args=[second.public_id])
        ),
        "formation_why": cost(
            client,
            reverse("panels:formation_why", args=[run.public_id])
            + f"?place={place.pk}",
        ),
        "formation_compare": cost(
            client, reverse("panels:formation_compare", args=[run.public_id])
        ),
    }
    council = actions.approve_formation(
        actor=office.officer, formation_id=formation.pk, run_id=run.pk, at=panels.AT
    )[0]
    panels.set_up(office, council)
    sign_in(client, office.officer)
    seat = Seat.objects.filter(council=council).first()
    found["seat_reserve"] = cost(
        client, reverse("panels:seat_reserve", args=[council.public_id, seat.pk])
    )
    assert found == BUDGETS
