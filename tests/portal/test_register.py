"""Lives of tasks, contracts, councils, organisations and people as everybody reads them."""

from __future__ import annotations

import re
import sys

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.contracts.models import Contract
from opensti.domains.panels.models import Council, Seat
from opensti.domains.panels.queries import rule_of
from opensti.domains.publications.actions import tell_changes
from opensti.domains.publications.models import PersonConsent
from opensti.domains.publications.queries import changes_after
from opensti.kernel.record.actions import checkpoint
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import verifier_key, verify_receipt
from tests.factories import acceptance as work_factory
from tests.factories import amendments, money, results
from tests.factories import contracts as contract_factory
from tests.factories import portfolios as factory
from tests.factories.policies import policy
from tests.factories.registry import Organisations, People
from tests.factories.tasks import Tasks, person

BUDGETS = {
    "task": 15,
    "contracts": 7,
    "contract": 6,
    "council_list": 4,
    "council": 8,
    "organisations": 4,
    "organisation": 8,
    "people": 3,
    "person": 5,
    "task_history": 4,
    "order_history": 4,
    "call_history": 7,
    "decision_history": 4,
    "contract_history": 4,
    "result_history": 5,
}


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"portal:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def funded(db):
    return contract_factory.running()


def under(monkeypatch, **changes):
    """The shipped policy with some places under other terms; ``__`` stands for the dot."""
    made = policy({name.replace("__", "."): terms for name, terms in changes.items()})
    where = sys.modules["opensti.domains.publications.queries.sight"]
    monkeypatch.setattr(where, "policy_in_force", lambda _day: (made, None))


# ---- tasks


def test_the_life_of_a_task_is_told_stage_by_stage_with_receipts(funded, client):
    task = funded.contract.task
    page = get(client, "task", task.public_id)
    acts = re.findall(r'href="(/receipts/\d+)"', page)
    told = Entry.objects.filter(
        public=True, act__in=["orders.approve", "calls.publish", "tasks.create"]
    )
    assert {f"/receipts/{n}" for n in told.values_list("position", flat=True)} <= set(
        acts
    )
    assert funded.story.dossiers[1].code not in page  # it was declined
    for number in (funded.contract.public_id, funded.story.call.public_id):
        assert f"/{number}/" in page


def test_the_life_tells_who_judged_it_by_which_rule_and_what_was_paid_where_allowed(
    funded, client, monkeypatch
):
    money.allocated(funded)
    money.pay(funded)
    task, payment = funded.contract.task, funded.contract.payments.get()
    council = Council.objects.get(kind="selection")
    paid = f"{int(payment.amount):,}".replace(",", ".")
    rule = rule_of(council).label_vi

    def told(**changes):
        under(monkeypatch, **changes)
        page = get(client, "task", task.public_id)
        return tuple(
            words in page
            for words in ("Thành lập: ", rule, "Số ghế", "Đã cấp cho tổ chức", paid)
        )

    shown = {"payment__*": {"form": "exact"}, "payment__paid_on": {"form": "exact"}}
    hidden = {"form": "none"}
    assert told() == (True, True, True, False, False)
    assert told(**shown) == (True, True, True, True, False)
    assert told(**shown, payment__amount={"form": "exact"})[3:] == (True, True)
    assert told(**shown, payment__amount={"form": "rounded"})[3] is True
    assert told(**shown | {"payment__paid_on": hidden})[3:] == (False, False)
    assert told(council__rule=hidden, council__composition=hidden)[:3] == (
        True,
        False,
        False,
    )
    assert told(council__decided_on=hidden)[0] is False


def test_a_council_and_a_payment_are_told_in_the_feed_of_changes_where_allowed(
    funded, monkeypatch
):
    money.allocated(funded)
    money.pay(funded)
    payment = funded.contract.payments.get().public_id
    council = Council.objects.get(kind="selection").public_id

    def told():
        tell_changes(at=now())
        found = changes_after(0, 1000, ["council", "payment"])
        return [(one.kind, one.subject_id, one.act, one.shown) for one in found]

    assert told() == [("council", council, "opened", True)]
    under(monkeypatch, **{"payment__*": {"form": "exact"}})
    assert told()[1:] == [("payment", payment, "opened", True)]
    under(monkeypatch, **{"payment__*": {"form": "count"}})
    assert told()[1:] == [
        ("payment", payment, "opened", False),
        ("payment", payment, "hidden", False),
    ]


def test_the_lists_of_contracts_organisations_and_people_filter_and_keep_what_is_withheld(
    funded, client, monkeypatch
):
    contract, host = funded.contract, funded.contract.host
    asked = {
        ("contracts", "year", "2026"): True,
        ("contracts", "year", "1999"): False,
        ("contracts", "state", "suspended"): False,
        ("contracts", "host", "khongco"): False,
    }
    found = {
        (name, key, value): contract.number in get(client, name, **{key: value})
        for name, key, value in asked
    }
    assert found == asked
    kinds = ("organisations", "kind")
    assert host.name_vi in get(client, kinds[0], kind=host.kind)
    assert host.name_vi not in get(client, kinds[0], kind="individual")
    under(
        monkeypatch,
        contract__signed_on={"form": "none"},
        contract__host={"form": "none"},
        organisation__kind={"form": "none"},
        task__host={"form": "none"},
    )
    assert contract.number in get(client, "contracts", year="1999", host="khongco")
    assert host.name_vi in get(client, "organisations", kind="individual")
    offered = get(client, "contracts") + get(client, "organisations")
    assert [
        word in offered
        for word in ('name="year"', 'name="host"', 'name="kind"', "tasks_led")
    ] == [False] * 4
    assert 'name="province"' in offered


def test_an_archived_task_says_that_its_life_is_not_known_here(db, client):
    page = get(client, "task", Tasks(title_vi="Kẽm").public_id)
    assert "timeline" not in page


def test_a_receipt_is_given_for_public_acts_alone(funded, client):
    checkpoint(at=now())
    public = Entry.objects.filter(act="portfolios.release_decision", public=True).get()
    response = client.get(reverse("portal:receipt", args=[public.position]))
    proved = verify_receipt(response.content.decode(), verifier_key())
    assert proved.body["detail"]["dossier"] == funded.story.dossiers[0].code
    hidden = Entry.objects.filter(public=False).first()
    get(client, "receipt", hidden.position, status=404)
    get(client, "receipt", 10_000_000, status=404)


def test_what_the_policy_withholds_of_a_task_stands_nowhere(
    funded, client, monkeypatch
):
    task = funded.contract.task
    places = [
        ("task", task.public_id), ("task_history", task.public_id),
        ("contract", funded.contract.public_id),
        ("contract_history", funded.contract.public_id), ("contracts",),
    ]  # fmt: skip
    money_said = "2.000.000.000"
    title = funded.contract.title_vi
    before = [get(client, *place) for place in places]
    assert any(money_said in page for page in before)
    assert all(title in page for page in (before[0], before[2], before[4]))
    hidden = {"form": "none"}
    under(
        monkeypatch,
        task__amount=hidden, task__title=hidden, contract__state_money=hidden,
        contract__title=hidden, decision__amount=hidden, decision__title=hidden,
        order__title=hidden, order__budget_ceiling=hidden, call__title=hidden,
    )  # fmt: skip
    after = [get(client, *place) for place in places]
    for page in after:
        at = page.find(money_said)
        assert at < 0, page[at - 400 : at + 50]
    assert [title in page for page in after] == [False] * 5


# ---- contracts


def test_single_payments_and_reasons_stay_withheld_and_the_page_says_why(
    funded, client, monkeypatch
):
    money.allocated(funded)
    money.pay(funded)
    asked = amendments.asked(funded, "extend", months=2)
    amendments.decided(asked, funded.leader)
    page = get(client, "contract", funded.contract.public_id)
    payment = funded.contract.payments.get()
    paid = f"{int(payment.amount):,}".replace(",", ".")
    assert payment.reference not in page
    assert (paid in page, "Thiết bị về chậm" in page) == (False, False)
    assert "Chưa có văn bản nào đã đọc cho công bố" in page
    under(
        monkeypatch,
        **{
            "payment__*": {"form": "exact"},
            "payment__amount": {"form": "exact"},
            "payment__paid_on": {"form": "exact"},
        },
    )
    page = get(client, "contract", funded.contract.public_id)
    assert (paid in page, payment.reference in page) == (True, False)


def test_a_draft_contract_is_nobodys(db, client):
    drafted = contract_factory.drafted()
    get(client, "contract", drafted.contract.public_id, status=404)
    get(client, "contract_history", drafted.contract.public_id, status=404)
    assert drafted.contract.public_id not in get(client, "contracts")


def test_a_year_with_few_contracts_tells_no_sum(funded, client):
    money.allocated(funded)
    money.pay(funded)
    page = get(client, "contracts")
    assert "quá ít" in page or "too few" in page


# ---- councils


def names(council):
    return list(
        Seat.objects.filter(council=council).values_list("person__full_name", flat=True)
    )


def test_a_council_is_told_after_the_letters_as_counts_without_names(db, client):
    story = factory.judged("90", "60")
    council = Council.objects.get(kind="selection")
    get(client, "council", council.public_id, status=404)
    assert council.public_id not in get(client, "council_list")
    round_ = factory.decided(story)
    get(client, "council", council.public_id, status=404)
    factory.checked(story, round_)
    factory.release(story, round_)

    page = get(client, "council", council.public_id)

    assert council.public_id in get(client, "council_list")
    assert [name for name in names(council) if name in page] == []
    assert story.dossiers[0].code in page
    assert story.dossiers[1].code not in page
    text = re.sub(r"<[^>]*>", " ", page.split("<main")[1])
    assert re.search(r"(?<![\w-])90(?:[,.]\d+)?(?![\w-])", text) is None


def test_names_and_scores_follow_the_policy(db, client, monkeypatch):
    story = factory.judged("91.5")
    factory.released(story)
    council = Council.objects.get(kind="selection")
    shown = {"form": "exact"}
    under(monkeypatch, council__members=shown, score__mean=shown)
    page = get(client, "council", council.public_id)
    assert all(name in page for name in names(council).__getitem__(slice(0, 1)))
    assert "91,50" in page


def test_an_acceptance_council_waits_for_the_recognition(db, client):
    work = work_factory.accepted()
    council = Council.objects.get(kind="acceptance")
    get(client, "council", council.public_id, status=404)
    work_factory.recognised(work_factory.confirmed(work))
    page = get(client, "council", council.public_id)
    assert work.contract.task.public_id in page


# ---- organisations and people


def test_an_organisation_stands_with_its_public_work(funded, client):
    host = funded.contract.host
    page = get(client, "organisation", host.public_id)
    assert funded.contract.task.public_id in page
    assert "2.000.000.000" in page
    gone = Organisations(status="dissolved")
    get(client, "organisation", gone.public_id, status=404)


def test_a_person_stands_only_while_he_agrees(db, client):
    row = People(full_name="Đặng Thị Kẽm", email="kem@vi.test", user=None)
    get(client, "person", row.public_id, status=404)
    row.user_id = person("expert").user_id
    row.save()
    held = PersonConsent.objects.create(person=row, text_version=1, given_at=now())
    page = get(client, "person", row.public_id)
    assert ("Đặng Thị Kẽm" in page, "kem@vi.test" in page) == (True, False)
    assert row.public_id in get(client, "people")
    held.withdrawn_at = now()
    held.save()
    get(client, "person", row.public_id, status=404)
    assert row.public_id not in get(client, "people")


# ---- how they are made


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_one_row_and_three(
    db, client, rows, django_assert_num_queries
):
    for n in range(rows):
        made = People(full_name=f"Người {n}", user_id=person("expert").user_id)
        PersonConsent.objects.create(person=made, text_version=1, given_at=now())
        Organisations(name_vi=f"Viện {n}")
    for name in ("people", "organisations"):
        with django_assert_num_queries(BUDGETS[name]):
            get(client, name)


def test_pages_cost_what_is_written_down(funded, client, django_assert_max_num_queries):
    contract, story = funded.contract, funded.story
    task = contract.task
    results.accepted(funded)
    made = results.result(funded)
    council = Council.objects.get(kind="selection")
    for name, public_id in (
        ("task", task.public_id),
        ("contract", contract.public_id),
        ("council", council.public_id),
        ("organisation", contract.host.public_id),
        ("task_history", task.public_id),
        ("order_history", task.order.public_id),
        ("call_history", story.call.public_id),
        ("decision_history", task.decision.public_id),
        ("contract_history", contract.public_id),
        ("result_history", made.public_id),
        ("contracts", ""),
        ("council_list", ""),
    ):
        with django_assert_max_num_queries(BUDGETS[name]):
            get(client, name, *filter(None, [public_id]))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_say_where_they_stand_in_both_languages(funded, client, language):
    client.cookies["django_language"] = language
    address = reverse("portal:task", args=[funded.contract.task.public_id])
    page = client.get(address).content.decode()
    assert f'<link rel="canonical" href="http://testserver{address}">' in page
    assert 'property="og:title"' in page
    for name in ("contracts", "council_list", "organisations", "people"):
        assert f'lang="{language}"' in get(client, name)
    assert Contract.objects.count() == 1
