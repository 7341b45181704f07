"""The index is what the register is, at once after every act; the search is what one expects."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from opensti.domains.publications import actions, queries
from opensti.domains.publications.models import SearchEntry, SearchWord
from opensti.domains.publications.queries import Question, search, spelling
from opensti.domains.registry.models import Organisation
from opensti.domains.results.choices import Secrecy
from opensti.domains.results.models import Result
from opensti.domains.tasks.actions import cancel_order
from opensti.kernel.access import SYSTEM
from opensti.kernel.record.actions import record
from tests.factories import portfolios as factory
from tests.factories import results as results_factory
from tests.factories.tasks import Tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(django_capture_on_commit_callbacks):
    """What is done in it is committed: the index follows."""

    def keep():
        return django_capture_on_commit_callbacks(execute=True)

    return keep


def archived(**said):
    task = Tasks.create(**{"state": "archived", "year": 2020, **said})
    actions.index_rows(kind="task", rows=[task.pk], at=now())
    return task


def found(q="", **narrowed):
    question = Question(q=q, **narrowed)
    answer = queries.found(question)
    return [each.row for each in queries.page_of(question, answer, 1)]


def kinds(q):
    question = Question(q=q)
    answer = queries.found(question)
    return sorted(each.entry.kind for each in queries.page_of(question, answer, 1))


def test_the_index_holds_what_is_public_and_loses_what_is_not_with_the_act(kept):
    story = factory.judged("90", "60")
    round_ = factory.decided(story)
    approved, declined = (d.dossier for d in round_.decisions.order_by("pk"))
    actions.rebuild_search(at=now())  # factories write without acts
    assert found(approved.code) == []
    assert actions.check_search().none
    with kept():
        factory.checked(story, round_)
        factory.release(story, round_)
    assert kinds(approved.code) == ["decision", "task"]
    assert found(declined.code) == []
    assert actions.check_search().none
    order = approved.order
    assert kinds(order.code) == ["order"]
    with kept():
        cancel_order(actor=story.leader, order_id=order.pk, reason="Thôi.", at=now())
    assert found(order.code) == []
    assert not SearchEntry.objects.filter(kind="order").exists()
    assert actions.check_search().none


def test_a_row_that_may_no_longer_be_known_shows_nothing_even_from_a_stale_index():
    funded = results_factory.running()
    result = results_factory.result(funded, title_vi="Màng graphen bí mật")
    results_factory.accepted(funded)
    actions.rebuild_search(at=now(), kinds=["result"])
    assert found("graphen") == [result]
    Result.objects.filter(pk=result.pk).update(secrecy=Secrecy.INTERNAL)
    assert found("graphen") == []
    assert [e.row for e in queries.suggestions("graph")] == []
    assert queries.meant("graphen bi mat") == ""
    gone = actions.rebuild_search(at=now(), kinds=["result"])
    assert (gone.surplus, SearchWord.objects.filter(word="graphen").count()) == (1, 0)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM publications_searchtext"
                " WHERE publications_searchtext MATCH 'graphen'"
            )
            assert cursor.fetchone() == (0,)


def renamed(host):
    record(
        actor=SYSTEM,
        act="registry.edit_organisation",
        subject=f"registry.organisation:{host.pk}",
        at=now(),
    )


def test_an_act_on_an_organisation_renames_it_in_all_that_it_leads(kept):
    host = Organisation.objects.create(name_vi="Viện Cũ", kind="other")
    task = archived(title_vi="Pin mặt trời", host=host)
    assert found("cu", kind="task") == [task]
    Organisation.objects.filter(pk=host.pk).update(name_vi="Viện Mới Tinh")
    with kept():
        renamed(host)
    assert found("cu", kind="task") == []
    assert {row.pk for row in found("moi tinh", kind="task")} == {task.pk}
    assert [row.pk for row in found("moi tinh", kind="organisation")] == [host.pk]
    assert actions.check_search().none


def test_what_is_narrowed_and_what_comes_first_is_the_same_however_it_is_asked():
    """In the process by columns as by the database, and the first ones as all of them."""
    for n in range(6):
        funder = ("Quỹ A", "Quỹ B", "")[n % 3]
        archived(title_vi=f"Kẽm {n}", year=2020 + n % 2, funder=funder, code=f"K-{n}")
        archived(title_vi="Đồng", funder="Kẽm", code=f"kem{n}")
    asked = [{}, {"year": "2021"}, {"funder": "Quỹ B"}, {"funder": "Quỹ C"}]
    asked += [{"year": "2020", "funder": "Quỹ A"}, {"year": "không"}, {"kind": "order"}]
    queries.found(Question())
    for narrowed in asked:
        for q in ("", "kem", "ke", "kem 3", "dong", "!!", '"quy b"'):
            question = Question(q=q, **narrowed)
            ids = search.ranked(question).tolist()
            wanted = search.entries(question).values_list("pk", flat=True)
            coded = search.narrowed(question).filter(code__startswith=q or "-")
            assert sorted(ids) == sorted({*wanted, *coded.values_list("pk", flat=True)})
            for most in (1, 3, 8):
                assert search.ranked(question, most).tolist()[:most] == ids[:most]
    first = [each.entry.pk for each in queries.suggestions("kem")]
    assert first == search.ranked(Question(q="kem")).tolist()[: search.SUGGESTED]


def test_more_rows_than_an_act_should_wait_for_are_left_to_a_worker(kept, monkeypatch):
    monkeypatch.setattr("opensti.domains.publications.actions.indexing.MOST_AT_ONCE", 1)
    host = Organisation.objects.create(name_vi="Viện Lớn", kind="other")
    for n in range(3):
        archived(title_vi=f"Đề tài {n}", host=host)
    asked = []
    monkeypatch.setattr(
        "opensti.domains.publications.actions.indexing.ask_rebuild",
        lambda **said: asked.append(said["kinds"]),
    )
    with kept():
        renamed(host)
    assert asked == [["task"]]


def test_what_a_dead_process_left_is_caught_up_with_and_nothing_is_done_twice():
    host = Organisation.objects.create(name_vi="Viện Mới", kind="other")
    renamed(host)  # and the process dies before the index follows
    assert found("vien moi") == []
    assert actions.catch_up(at=now()) > 0
    assert found("vien moi") == [host]
    assert actions.catch_up(at=now()) == 0


def test_words_in_any_order_without_accents_phrases_as_they_are_codes_first():
    title = archived(title_vi="Tiết kiệm năng lượng cho lò nung", code="NV-2020-07")
    text = archived(
        title_vi="Đổi mới lò", abstract_vi="năng lượng được tiết kiệm", year=2022
    )
    other = archived(title_vi="Năng suất và chất lượng", code="NV-2020-071", year=2021)
    assert found("lượng NĂNG kiem") == [title, text]
    assert found('"nang luong"') == [title, text]
    assert found('"luong nang"') == []
    assert found("NV-2020-07") == [title, other]
    assert found("đổi") == found("doi") == [text]
    assert found("suấ") == []  # short words are found whole
    assert found("???") == found("khongcotunay") == []
    assert found("nang", sort="new") == [text, other, title]


def test_facets_count_what_was_found_combine_and_are_undone_one_by_one():
    archived(title_vi="Kẽm một", year=2020, funder="Quỹ A", amount=2_000_000_000)
    archived(title_vi="Kẽm hai", year=2020, funder="Quỹ B", state="running")
    archived(title_vi="Kẽm ba", year=2021, funder="Quỹ A", amount=70_000_000_000)
    archived(title_vi="Đồng", year=2020, funder="Quỹ A")
    question = Question(q="kem")
    counts = queries.found(question).counts
    assert counts == {
        "kind": [("task", 3)],
        "year": [(2020, 2), (2021, 1)],
        "field": [],
        "province": [],
        "host": counts["host"],
        "funder": [("Quỹ A", 2), ("Quỹ B", 1)],
        "state": [("task.archived", 2), ("task.running", 1)],
        "band": [(2, 1), (6, 1)],
    }
    both = question.having("year", "2020").having("funder", "Quỹ A")
    assert queries.found(both).total == 1
    assert queries.found(both.without("funder")).total == 2
    assert queries.found(both.without("year")).total == 2
    assert queries.found(Question(year="x")).total == 0
    assert Question.of({"q": " kem ", "year": "2020", "evil": "1"}).address == (
        "q=kem&year=2020"
    )


def test_a_kept_answer_ends_with_the_next_change():
    archived(title_vi="Titan một")
    assert len(found("titan")) == 1
    with CaptureQueriesContext(connection) as asked:
        queries.found(Question(q="titan"))
    assert len(asked) == 2
    archived(title_vi="Titan hai")
    assert len(found("titan")) == 2


def test_the_nearest_word_of_the_register_is_meant():
    archived(title_vi="Công nghệ chế biến khoáng sản")
    archived(title_vi="Công nghiệp chế tạo")
    assert queries.meant("khoang sna") == "khoang san"
    assert queries.meant("khoáng sna") == "khoáng san"
    assert queries.meant("khoang san") == ""
    assert queries.meant("xyzw") == ""
    assert queries.meant("cong nghee") == "cong nghe"


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("", "", 0),
        ("kem", "kem", 0),
        ("kem", "kme", 1),
        ("kem", "ke", 1),
        ("kem", "kemm", 1),
        ("kem", "kam", 1),
        ("ca", "abc", 3),
        ("nghien", "nghine", 1),
    ],
)
def test_errors_are_counted_as_the_method_says(one, other, number):
    assert spelling.errors(one, other, 3) == spelling.errors(other, one, 3) == number
    assert spelling.errors(one, other, 0) == min(number, 1)


def test_old_things_indexed_for_the_first_time_are_not_new():
    Tasks.create(title_vi="Cũ", state="archived", year=2010)
    fresh = now()
    actions.rebuild_search(at=fresh)
    assert list(queries.newest(Question(), since=fresh - timedelta(days=1))) == []
    task = archived(title_vi="Mới")
    new = queries.newest(Question(), since=fresh - timedelta(days=1))
    assert [entry.row for entry in new] == [task.pk]


def test_what_becomes_public_by_its_day_enters_by_the_hourly_job():
    funded = results_factory.running()
    result = results_factory.result(funded)
    results_factory.accepted(funded)
    today = now()
    Result.objects.filter(pk=result.pk).update(
        secrecy=Secrecy.EMBARGO, open_from=today.date()
    )
    SearchEntry.objects.all().delete()
    assert actions.follow_days(at=today).missing == 1
    assert [e.row for e in SearchEntry.objects.filter(kind="result")] == [result.pk]


def test_many_are_found_with_as_many_queries_as_few():
    archived(title_vi="Niken một")
    with CaptureQueriesContext(connection) as few:
        found("niken")
    for n in range(3):
        archived(title_vi=f"Niken {n}")
    with CaptureQueriesContext(connection) as many:
        found("niken")
    assert len(few) == len(many) == 10
