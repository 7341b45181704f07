"""``opensti strategy`` check, load, amend: all or nothing, every fault with its place."""

from __future__ import annotations

import copy

import pytest
import yaml
from click.testing import CliRunner
from django.test import Client
from django.utils import translation

from opensti.console.strategy import strategy
from opensti.domains.strategies.models import Indicator, Plan, PlanEdition, Target
from opensti.domains.strategies.trees import shipped_files
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from tests.factories import strategies_plans as factory
from tests.factories.accounts import account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def file(tmp_path):
    """Write content as YAML and return its path."""

    def put(content, name="plan.yaml"):
        path = tmp_path / name
        text = content if isinstance(content, str) else yaml.safe_dump(content)
        path.write_text(text, "utf-8")
        return path

    return put


def run(*args):
    answer = CliRunner().invoke(strategy, [str(arg) for arg in args])
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    return answer.exit_code, answer.output


def login(*roles):
    """The address of an account that has these roles."""
    return account(Client(), *roles).user.email


def counts():
    return tuple(
        model.objects.count() for model in (Plan, PlanEdition, Indicator, Target, Entry)
    )


# ---- check


def test_the_shipped_files_have_no_fault_and_nothing_is_written():
    assert run("check", *shipped_files()) == (0, "5 plans, 14 cards, no fault.\n")
    assert counts() == (0, 0, 0, 0, 0)


def test_a_plan_is_checked_with_the_cards_of_another_file(file):
    plan, cards = file(factory.tree()), file(factory.CARDS, "cards.yaml")
    assert run("check", plan, cards) == (0, "1 plan, 2 cards, no fault.\n")
    assert run("check", plan) == (
        2,
        (
            "plan.yaml: goals[g1].targets[0].card: There is no indicator card “lp”.\n"
            "    → Add the card to a file of cards, and give that file as well.\n"
            "plan.yaml: goals[g1].goals[g1a].actions[a1].indicators: There is no indicator card “lp”.\n"
            "    → Add the card to a file of cards, and give that file as well.\n"
            "2 faults.\n"
        ),
    )


def test_the_faults_of_all_files_are_said_at_once(file, tmp_path):
    code, said = run(
        "check",
        file("- a list\n", "list.yaml"),
        file("code: [", "torn.yaml"),
        file(factory.tree(kind="stratgy")),
        tmp_path / "none.yaml",
    )
    places = [line.partition(": ")[0] for line in said.splitlines() if ": " in line]
    assert (code, [p for p in places if not p.startswith(" ")]) == (
        2,
        ["list.yaml", "torn.yaml", "none.yaml", "plan.yaml"],
    )


# ---- load


def test_files_are_loaded_cards_first_and_twice_is_once(file):
    plan, cards = file(factory.tree()), file(factory.CARDS, "cards.yaml")
    code, said = run("load", plan, cards)
    edition = PlanEdition.objects.get()
    assert (code, said.split()) == (0, ["1/QD-BCT", "issued", edition.digest])
    before = counts()
    assert before[:4] == (1, 1, 2, 1)
    assert run("load", plan, cards) == (0, said)
    assert counts() == before


def test_a_draft_is_loaded_without_a_digest(file):
    factory.cards()
    code, said = run("load", file(factory.draft_tree()))
    assert (code, said.split()) == (0, ["1/QD-BCT", "being", "prepared", "-"])


def test_one_faulty_file_keeps_the_others_out(file):
    code, said = run(
        "load",
        file(factory.CARDS, "cards.yaml"),
        file(factory.tree()),
        file(factory.tree(code="2/QD", kind="stratgy"), "second.yaml"),
    )
    assert (code, "second.yaml: kind" in said) == (2, True)
    assert counts() == (0, 0, 0, 0, 0)


def test_an_issued_plan_that_differs_is_refused_with_what_to_do(file):
    factory.issued()
    before = counts()
    assert run("load", file(factory.tree(title_vi="Tên khác"))) == (
        2,
        (
            "plan.yaml: 1/QD-BCT was issued and its tree differs from this one.\n"
            "    → Name the act that amends it, with its day and reason.\n"
        ),
    )
    assert counts() == before


def test_a_card_that_says_something_else_is_refused_with_its_fields(file):
    factory.cards()
    other = copy.deepcopy(factory.CARDS)
    other["cards"][1] |= {"unit_vi": "người", "scope": "ministry"}
    before = counts()
    assert run("load", file(other, "cards.yaml")) == (
        2,
        (
            "cards.yaml: cards[va]: This card says something else here: unit_vi, scope.\n"
            "    → Change the card on its page, or mend the file.\n"
            "1 fault.\n"
        ),
    )
    assert counts() == before


def test_who_acts_must_be_an_account_that_may(file):
    factory.cards()
    plan = file(factory.tree())
    before = counts()
    assert run("load", plan, "--as", "nobody@x.vn") == (
        1,
        "Error: There is no active account “nobody@x.vn”.\n",
    )
    code, said = run("load", plan, "--as", login(Role.APPLICANT))
    assert (code, said.splitlines()[0]) == (2, "Your role does not include this.")
    # An officer prepares plans; one that an act issued is the leader's.
    assert run("load", plan, "--as", login(Role.OFFICER))[0] == 2
    assert counts()[:4] == before[:4]
    assert run("load", plan, "--as", login(Role.OFFICER, Role.LEADER))[0] == 0
    assert Plan.objects.get().created_by.email


# ---- amend

ACT = ("--act", "9/QĐ-BCT", "--on", "2026-05-20", "--reason", "Cập nhật mục tiêu")


def amended():
    content = factory.tree()
    content["goals"][0]["targets"][0]["value"] = "8"
    return content


def test_an_act_amends_a_plan_and_its_tree_is_kept_as_a_new_edition(file):
    plan = factory.issued()
    code, said = run("amend", file(amended()), *ACT)
    edition = plan.editions.first()
    assert (code, said.split()) == (0, ["1/QD-BCT", "#2", edition.digest])
    assert (
        edition.number,
        edition.act_number,
        str(edition.acted_on),
        edition.reason,
        edition.tree["goals"][0]["targets"][0]["value"],
        [str(t.value.normalize()) for t in plan.targets.filter(replaced_by=None)],
    ) == (2, "9/QĐ-BCT", "2026-05-20", "Cập nhật mục tiêu", "8", ["8"])


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (amended() | {"code": "7/QD"}, 1, "Error: There is no plan “7/QD” here.\n"),
        (
            amended() | {"code": ["7/QD"]},
            1,
            "Error: There is no plan “['7/QD']” here.\n",
        ),
        (
            factory.tree(),
            2,
            (
                "This tree says what the plan says already.\n"
                "    → Write into it what the act changes.\n"
            ),
        ),
        (
            amended() | {"kind": "stratgy"},
            2,
            (
                "plan.yaml: kind: “stratgy” is not a word of the format.\n"
                "    → Did you mean “strategy”?\n1 fault.\n"
            ),
        ),
    ],
    ids=["no plan", "no code", "nothing changed", "faulty"],
)
def test_what_amends_nothing_is_refused(file, content, code, said):
    factory.issued()
    before = counts()
    assert run("amend", file(content), *ACT) == (code, said)
    assert counts() == before


def test_an_act_of_a_day_to_come_or_by_somebody_else_amends_nothing(file):
    factory.issued()
    path, before = file(amended()), counts()
    late = (*ACT[:3], "2099-01-01", *ACT[4:])
    assert run("amend", path, *late)[0] == 2
    code, said = run("amend", path, *ACT, "--as", login(Role.OFFICER))
    assert (code, said.splitlines()[0]) == (2, "Your role does not include this.")
    assert counts()[:4] == before[:4]


def test_a_draft_is_not_amended(file):
    factory.draft()
    code, said = run("amend", file(amended()), *ACT)
    assert (code, said.splitlines()[0]) == (
        2,
        "The plan is being prepared: an act amends what was issued.",
    )
