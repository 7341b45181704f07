"""What happens in the world of the leak test, one stage of its cases after the other."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from opensti.console.demo.texts import Text, filled, signed_paper
from opensti.domains.calls import actions as calls
from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries
from opensti.domains.panels.actions import Interest
from opensti.domains.panels.models import Poll, SecretBallot, Signature
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.procedures.choices import Track
from opensti.domains.procedures.queries import regime_in_force, regime_of
from opensti.domains.tasks import actions as tasks
from opensti.kernel.files.actions import upload
from tests.leaks import after
from tests.leaks.before_meeting import prepared
from tests.leaks.marked import Marked, Plan, until_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.domains.calls.models import Dossier
    from opensti.domains.panels.models import Council, CouncilItem
    from tests.leaks.world import World


def in_the_office(world: World, story: Marked) -> None:
    """What is still on the desk: drafts of needs, orders, lists and calls."""
    officer, manager = story.actor("officer"), story.actor("applicant1")
    mark = world.mark
    need = tasks.draft_need(
        actor=manager,
        at=story.later(),
        organisation_id=world.cast.hosts["NARIME"].pk,
        answers={
            "title": f"Nhu cầu {mark('draft need: title')}",
            "urgency": f"Cần {mark('draft need: text')}",
        },
    )
    world.things["draft need"] = need
    world.known_as("draft need: address", need.public_id)
    _need_file(world, need, "draft need", story)
    sent = tasks.draft_need(
        actor=manager,
        at=story.later(),
        organisation_id=world.cast.hosts["NARIME"].pk,
        answers=_need_answers(world, story),
    )
    _need_file(world, sent, "sent need", story)
    tasks.submit_need(actor=manager, need_id=sent.pk, at=story.later())
    world.things["sent need"] = sent
    world.known_as("sent need: address", sent.public_id)
    for name in ("draft order", "listed order"):
        order = tasks.draft_order(
            actor=officer,
            title_vi=f"Đặt hàng {mark(f'{name}: title')}",
            title_en="",
            objectives_vi=f"Mục tiêu {mark(f'{name}: text')}",
            budget_ceiling=Decimal(2_345_678_017 + len(name)),
            duration_months=24,
            products=[tasks.Product(name_vi="Quy trình", quantity=Decimal(1))],
            at=story.later(),
        )
        world.things[name] = order
        world.known_as(f"{name}: address", order.public_id)
        world.known_as(f"{name}: ceiling", 2_345_678_017 + len(name))
    listed = tasks.make_order_list(
        actor=officer,
        title_vi=f"Danh mục {mark('draft list: title')}",
        order_ids=[world.things["listed order"].pk],
        at=story.later(),
    )
    world.things["draft list"] = listed
    world.known_as("draft list: address", listed.public_id)


def _need_file(world: World, need: Any, name: str, story: Marked) -> None:
    content, called = world.mark(f"{name}: file"), world.mark(f"{name}: file name")
    file = tasks.attach_to_need(
        actor=story.actor("applicant1"),
        need_id=need.pk,
        field="papers",
        file=ContentFile(f"Ghi chú {content}\n".encode(), name=f"{called}.txt"),
        at=story.later(),
    )
    world.things[f"paper of {name}"] = file
    world.known_as(f"{name}: file name", file.public_id)


def _need_answers(world: World, story: Marked) -> dict[str, Any]:
    form = regime_of(regime_in_force(story.now.date(), "ministry_task")).form_for(
        Track.NEED, ""
    )
    text = Text(
        title_vi=f"Nhu cầu {world.mark('sent need: title')}",
        title_en="",
        abstract_vi=f"Cần {world.mark('sent need: text')}",
        abstract_en="",
    )
    return filled(form, text, on=story.now.date(), given={"title": text.title_vi})


def _judged(story: Marked, name: str) -> None:
    story.open_and_check()
    council = story.form("selection", dossiers=[d.pk for d in story.dossiers])
    story.prepare(council)
    for item in panels_queries.agenda(story.actor("secretary"), council):
        which = story.name_of(item)
        story.world.things[f"item {which}"] = item
        story.world.known_as(f"dossier {which}: item", item.public_id)
    story.open_meeting(council)
    story.ballots(council, recused={})
    story.conclude_marked(council, name)
    story.council = council
    story.world.things[f"council {name}"] = council
    story.world.known_as(f"council {name}: address", council.public_id)


def released(world: World, story: Marked) -> None:
    until_call(story, open_days=21)
    story.hand_in(
        Plan(name="won", writer="applicant2", host="VIELINA"),
        Plan(name="lost", writer="applicant3", host="FIRI", quality=0.5),
    )
    _judged(story, "released")
    story.decide_marked("released")
    story.release()
    objection = portfolios.file_objection(
        actor=story.actor("applicant3"),
        dossier_id=world.things["dossier lost"].pk,
        text=f"Đề nghị {world.mark('dossier lost: objection')}",
        at=story.later(days=1),
    )
    portfolios.answer_objection(
        actor=story.actor("leader"),
        objection_id=objection.pk,
        upheld=False,
        answer=f"Giữ nguyên {world.mark('dossier lost: answer')}",
        at=story.later(days=1),
    )
    world.things["objection"] = objection
    after.funded(world, story)


def decided(world: World, story: Marked) -> None:
    """Decided by the leader, but no letter is released yet."""
    until_call(story, open_days=21)
    story.hand_in(Plan(name="waiting", writer="applicant3", host="FIRI"))
    _judged(story, "decided")
    story.decide_marked("decided")


def in_council(world: World, story: Marked) -> None:
    """In session; one member is recused, one official is in the team of a dossier."""
    until_call(story, open_days=21)
    story.hand_in(
        Plan(
            name="judged",
            writer="writer",
            host="NARIME",
            team=("conflicted",),
            editor="coeditor",
        ),
        Plan(name="rival", writer="applicant2", host="VIELINA"),
        Plan(name="invalid", writer="applicant3", host="FIRI"),
    )
    assert story.call is not None
    officer = story.actor("officer")
    story.now = max(story.now, story.call.closes_at + timedelta(minutes=1))
    calls.open_dossiers(actor=officer, call_id=story.call.pk, at=story.later(days=1))
    invalid = story.dossiers.pop()
    _found_invalid(world, story, invalid)
    for dossier in story.dossiers:
        name = story.names[dossier.pk]
        calls.check_and_confirm(
            actor=officer,
            dossier_id=dossier.pk,
            at=story.later(minutes=4),
            note=f"Đã xem {world.mark(f'dossier {name}: eligibility note')}",
        )
    world.things["exclusion of judged"] = panels.name_exclusion(
        actor=story.actor("writer"),
        dossier_id=world.things["dossier judged"].pk,
        name="Người Đáng Ngại",
        reason=f"Tranh chấp {world.mark('dossier judged: exclusion')}",
        at=story.later(),
    )
    _planned(world, story)
    council = story.form("selection", dossiers=[d.pk for d in story.dossiers])
    world.things["council sitting"] = council
    world.known_as("council sitting: address", council.public_id)
    story.prepare(council)
    secretary = story.actor("secretary")
    seats = {s.person_id: s for s in panels_queries.seats_of(secretary, council)}
    gone = world.cast.experts[1]
    for item in panels_queries.agenda(secretary, council):
        name = story.name_of(item)
        world.things[f"item {name}"] = item
        world.known_as(f"dossier {name}: item", item.public_id)
        if name == "judged":
            panels.recuse(
                actor=secretary,
                item_id=item.pk,
                seat_id=seats[gone.pk].pk,
                reason=f"Anh em {world.mark('dossier judged: recusal')}",
                at=story.later(),
            )
    prepared(world, story, council)
    _conflicts(world, story)
    panels.convoke(
        actor=secretary,
        council_id=council.pk,
        note=f"Mang theo {world.mark('council sitting: convocation')}",
        link="https://hop.example/phong",
        at=story.later(),
    )
    story.open_meeting(council)
    story.ballots(council, recused={"judged": {gone.pk}})
    agenda = panels_queries.agenda(secretary, council)
    for item in sorted(agenda, key=lambda i: story.name_of(i) != "judged"):
        _run(world, story, item)  # the last one stays before the council
    _signed_on_paper(world, story, council)


def _signed_on_paper(world: World, story: Marked, council: Council) -> None:
    """A sheet that the chair signed by hand, kept as it would be after the conclusion."""
    words = world.mark("council sitting: signed sheet")
    seat = council.seats.get(person_id=story.actor("expert1").person_id)
    file = upload(
        actor=story.actor("secretary"),
        subject=panels_queries.scan_subject(council),
        file=ContentFile(signed_paper(words), name="ky.pdf"),
        at=story.later(),
        kind=f"seat-{seat.pk}",
    )
    world.things["signature on paper"] = Signature.objects.create(
        council=council,
        seat=seat,
        how="paper",
        parts={},
        digest="0" * 64,
        scan=file.sha256,
        signed_at=story.later(),
    )


def _run(world: World, story: Marked, item: CouncilItem) -> None:
    """An item before the council: a remark, a dissent, and a closed secret vote."""
    name, secretary = story.name_of(item), story.actor("secretary")
    panels.begin_item(actor=secretary, item_id=item.pk, at=story.later(minutes=5))
    panels.write_remark(
        actor=secretary,
        item_id=item.pk,
        text=f"Đã hỏi về {world.mark(f'dossier {name}: remark')}",
        at=story.later(minutes=5),
    )
    panels.dissent(
        actor=story.actor("expert1"),
        item_id=item.pk,
        text=f"Chưa rõ {world.mark(f'dossier {name}: dissent')}",
        at=story.later(minutes=5),
    )
    # This council votes by name; a vote that another would hold secretly is laid beside.
    mark = sha256(f"{name} {item.public_id}".encode()).hexdigest()
    poll = Poll.objects.create(
        item=item,
        method="secret",
        state="closed",
        opened_at=story.now,
        closed_at=story.now,
        entitled=1,
        modulus="f1",
        issued=1,
        cast=1,
        invalid=0,
        digest=sha256(mark.encode()).hexdigest(),
    )
    SecretBallot.objects.create(
        poll=poll, mark=mark, message="", signature="", choice={"vote": "yes"}
    )
    world.things[f"poll {name}"] = poll
    world.known_as(f"dossier {name}: secret vote", mark, poll.digest)
    if name == "judged":
        panels.end_item(actor=secretary, item_id=item.pk, at=story.later(minutes=5))


def _conflicts(world: World, story: Marked) -> None:
    """An official in an open conflict, an expert in a real one."""
    judged, rival = world.things["dossier judged"], world.things["dossier rival"]
    officer = story.actor("officer")
    for name, dossier, person in (
        ("judged", judged, world.things["in conflict"]),
        ("rival", rival, world.cast.experts[11]),
    ):
        (case,) = panels.declare_interests(
            actor=officer,
            person_id=person.pk,
            interests=[
                Interest(
                    dossier_id=dossier.pk,
                    reason=f"Anh em {world.mark(f'dossier {name}: conflict')}",
                )
            ],
            at=story.later(),
        )
        world.things[f"conflict {name}"] = case
    panels.judge_conflict(
        actor=officer,
        conflict_id=case.pk,
        finding="real",
        reason=f"Rõ ràng {world.mark('dossier rival: verdict')}",
        at=story.later(),
    )


def _planned(world: World, story: Marked) -> None:
    """Councils for the same dossiers were computed, and the plan was left as it stands."""
    officer = story.actor("officer")
    formation = panels.plan_formation(
        actor=officer,
        mode="apart",
        title_vi=f"Phương án {world.mark('formation: title')}",
        dossier_ids=[d.pk for d in story.dossiers],
        at=story.later(),
    )
    panels.lock_expert(
        actor=officer,
        formation_id=formation.pk,
        person_id=world.cast.experts[4].pk,
        must=False,
        reason=f"Không cử {world.mark('formation: lock')}",
        at=story.later(),
    )
    run = panels.ask_run(actor=officer, formation_id=formation.pk, at=story.later())
    run = panels.compute_run(actor=officer, run_id=run.pk, at=story.later())
    assert run.state == "solved"
    world.things["formation"] = formation
    world.things["run of formation"] = run
    world.known_as("formation: address", formation.public_id)
    world.known_as("formation: run", run.public_id)


def _found_invalid(world: World, story: Marked, dossier: Dossier) -> None:
    """Refused as not valid; the objection was upheld and nobody has acted since."""
    calls.reject_ineligible(
        actor=story.actor("officer"),
        dossier_id=dossier.pk,
        reason=f"Thiếu {world.mark('dossier invalid: refusal')}",
        at=story.later(minutes=4),
    )
    objection = portfolios.file_objection(
        actor=story.actor("applicant3"),
        dossier_id=dossier.pk,
        text=f"Đã nộp {world.mark('dossier invalid: objection')}",
        at=story.later(minutes=30),
    )
    portfolios.answer_objection(
        actor=story.actor("leader"),
        objection_id=objection.pk,
        upheld=True,
        answer=f"Xem lại {world.mark('dossier invalid: answer')}",
        at=story.later(minutes=30),
    )
    world.things["objection to not valid"] = objection


def sealed(world: World, story: Marked, snapshot: Callable[[World, str], None]) -> None:
    """A call that is still open: dossiers in it, whole and draft, are nobody's to know."""
    call = until_call(story, open_days=45)
    officer = story.actor("officer")
    calls.grant_late_exception(
        actor=officer,
        call_id=call.pk,
        organisation_id=world.cast.hosts["NARIME"].pk,
        until=call.closes_at + timedelta(days=3),
        reason=f"Bão {world.mark('late exception: reason')}",
        at=story.later(),
    )
    draft = calls.draft_call(
        actor=officer,
        code="BCT-NHAP",
        title_vi=f"Đợt sau {world.mark('draft call: title')}",
        opens_at=world.end + timedelta(days=5),
        closes_at=world.end + timedelta(days=40),
        at=story.later(),
    )
    world.things["draft call"] = draft
    world.known_as("draft call: address", draft.public_id)
    snapshot(world, "before")
    story.hand_in(
        Plan(name="sealed", writer="writer", host="NARIME", editor="coeditor"),
        Plan(name="unfinished", writer="writer", host="NARIME", hand_in=False),
    )
    snapshot(world, "after")
