"""Plans, accounts and indices: what is being prepared, and a public goal that all serves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from opensti.domains.strategies import actions
from opensti.domains.tasks import actions as tasks
from tests.factories.strategies_accounts import SECTORS
from tests.factories.strategies_indices import META, RECIPE, UNITS, sheet
from tests.factories.strategies_plans import draft_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.strategies.models import Plan
    from opensti.kernel.access import Actor
    from tests.leaks.world import World

# What serves the public goal: work of every secrecy, from an order that is still a draft.
SERVING = ("draft order", "listed order", "order 1", "order 3", "order 4", "order 5")


def prepared(world: World) -> None:
    """A draft plan, an issued one with a held stocktake, an account and an index unpublished."""
    officer = world.cast.actor("officer")
    draft = _plan(world, officer, "draft plan")
    world.known_as("draft plan: address", draft.public_id)
    _issued(world, officer)
    _account(world, officer)
    _index(world, officer)


def _plan(world: World, officer: Actor, name: str) -> Plan:
    """A plan of one goal, with one action that has a risk, and one target."""
    mark, tree = world.mark, draft_tree(envelopes=[])
    goal = tree["goals"][0]
    action = goal.pop("goals")[0]["actions"][0]
    goal["targets"][0]["card"] = world.things["card"].code
    action["indicators"] = [world.things["card"].code]
    action["risks"][0]["text"] = f"Rủi ro {mark(f'{name}: risk')}"
    action["text_vi"] = action["text_en"] = f"Việc {mark(f'{name}: action')}"
    goal["text_vi"] = goal["text_en"] = f"Mục tiêu {mark(f'{name}: goal')}"
    title = f"Kế hoạch {mark(f'{name}: title')}"
    tree |= {"code": name, "title_vi": title, "title_en": title}
    tree["goals"] = [goal | {"actions": [action]}]
    plan = actions.load_plan(actor=officer, content=tree, at=world.end)
    world.things[name] = plan
    world.things[f"goal of {name}"] = plan.goals.get()
    world.things[f"action of {name}"] = plan.actions.get()
    return plan


def _issued(world: World, officer: Actor) -> None:
    leader, mark, at = world.cast.actor("leader"), world.mark, world.end
    plan, today = _plan(world, officer, "issued plan"), localdate(at)
    plan = actions.open_consultation(
        actor=officer,
        plan_id=plan.pk,
        comments_until=today,
        version=plan.version,
        at=at,
    )
    actions.issue_plan(
        actor=leader,
        plan_id=plan.pk,
        act_number="12/QĐ-BCT",
        issued_on=today,
        version=plan.version,
        at=at,
    )
    goal = world.things["goal of issued plan"].public_id
    link: dict[str, Any] = {"goal": goal, "reason": "Phục vụ mục tiêu.", "at": at}
    for name in SERVING:
        tasks.link_goal(
            actor=officer, thing="order", thing_id=world.things[name].pk, **link
        )
    need = world.things["sent need"].pk
    tasks.link_goal(actor=officer, thing="need", thing_id=need, **link)
    stocktake = actions.draft_stocktake(
        actor=officer,
        plan_id=plan.pk,
        title_vi=f"Kiểm điểm {mark('stocktake: title')}",
        held_on=today,
        at=at,
    )
    world.things["measure of stocktake"] = actions.decide_at_stocktake(
        actor=officer,
        stocktake_id=stocktake.pk,
        text=f"Giao viện {mark('stocktake: decision')}",
        owner_id=world.things["contract won"].host_id,
        due_on=today + timedelta(days=30),
        at=at,
    )
    world.things["stocktake"] = actions.hold_stocktake(
        actor=leader,
        stocktake_id=stocktake.pk,
        minutes=f"Đã xem {mark('stocktake: minutes')}",
        at=at,
    )


def _account(world: World, officer: Actor) -> None:
    mark, at = world.mark, world.end
    dataset = actions.register_dataset(
        actor=officer,
        card=actions.DatasetCard(
            code="leak",
            name_vi=f"Số liệu {mark('data set: name')}",
            provider="Thống kê",
            licence="CC BY 4.0",
            citation="Thống kê",
        ),
        at=at,
    )
    world.things["data set"] = dataset
    vintage = actions.load_vintage(
        actor=officer,
        dataset_id=dataset.pk,
        release=actions.Release(label="1", retrieved_on=date(2026, 1, 5)),
        file=ContentFile(
            SECTORS.replace("farms", mark("data set: file")).encode(), name="so.csv"
        ),
        at=at,
    )
    world.things["release"] = vintage
    run = actions.ask_account(
        actor=officer,
        question=actions.Question(
            title_vi=f"Phân rã {mark('account: title')}",
            kind="shift_share",
            vintages=[vintage.public_id],
            first=2010,
            last=2012,
            conventions=["mr"],
        ),
        at=at,
    )
    world.things["account"] = actions.compute_account(
        actor=officer, run_id=run.pk, at=at
    )
    world.known_as("account: address", run.public_id)


def _index(world: World, officer: Actor) -> None:
    mark, at = world.mark, world.end
    model = actions.create_model(
        actor=officer,
        code="LEAK",
        name_vi=f"Chỉ số {mark('index: name')}",
        purpose="province",
        at=at,
    )
    world.things["index"] = model
    world.things["version of index"] = actions.open_version(
        actor=officer,
        model_id=model.pk,
        recipe=RECIPE,
        units=sheet(UNITS.replace("Bình", mark("index: unit"))),
        meta=sheet(META),
        at=at,
    )
    world.known_as("index: address", world.things["version of index"].public_id)


# What an address is about, by the beginning of its name: the first that fits.
ABOUT = (
    ("strategies:account", "account"),
    ("portal:account", "account"),
    ("api-1:account", "account"),
    ("strategies:index_compare", "index"),
    ("strategies:index_", "version of index"),
    ("strategies:index", "index"),
    ("portal:index", "version of index"),
    ("strategies:stocktake", "stocktake"),
    ("strategies:vintage", "release"),
    ("strategies:dataset", "release"),
    ("strategies:action", "action of draft plan"),
    ("strategies:part", "action of draft plan"),
    ("strategies:m", "action of draft plan"),
    ("strategies:goal_new", "draft plan"),
    ("strategies:goal", "goal of draft plan"),
    ("portal:goal", "goal of draft plan"),
    ("api-1:chain", "goal of draft plan"),
    ("strategies:edition", "issued plan"),
    *(
        (f"strategies:{page}", "draft plan")
        for page in (
            *("amend", "comment_new", "comments", "consult", "envelope", "issue"),
            *("plan", "scorecard", "way"),
        )
    ),
    *(
        (f"{space}:{page}", "draft plan")
        for space in ("portal", "api-1")
        for page in ("plan", "scorecard")
    ),
)
# Asked of what is public, too: the same page says there what it must not of the draft.
BOTH = {
    **dict.fromkeys(
        (
            "strategies:plan",
            "strategies:plan_file",
            "portal:plan",
            "portal:scorecard",
            "api-1:plan",
        ),
        "issued plan",
    ),
    **dict.fromkeys(
        ("strategies:goal", "strategies:goal_chain", "portal:goal", "api-1:chain"),
        "goal of issued plan",
    ),
}
KINDS = {"strategies:stocktake_minutes": "docx", "portal:scorecard_file": "json"}


def arguments(world: World, name: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """What a page of plans, accounts and indices is asked with; nothing for others."""
    things = world.things
    about = [of for first, of in ABOUT if name.startswith(first)][:1]
    if name in BOTH:
        about.append(BOTH[name])
    given: dict[str, Any] = {
        "act": "close",
        "code": things["data set"].code,
        "decision_id": things["measure of stocktake"].pk,
        "key": "sectors",
        "kind": KINDS.get(name, "xlsx"),
        "name": "scores.csv",
        "number": 1,
        "other_id": things["account"].public_id,
        "part": "risks",
        "row_id": things["action of draft plan"].risks.get().pk,
        "target_id": things["issued plan"].targets.get().pk,
    }
    return [
        {
            key: things[of].public_id if key == "public_id" else given[key]
            for key in wanted
        }
        for of in (about if "public_id" in wanted else about[:1])
        if {*given, "public_id"} >= set(wanted)
    ]
