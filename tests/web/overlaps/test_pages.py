"""Pages of screenings: both works side by side, the verdict, the corpus, what it costs."""

from __future__ import annotations

import io
import re

import docx
import pytest
from django.urls import reverse

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.jobs import compare_waiting
from opensti.domains.overlaps.models import Document, Hit, Screening, Verdict
from opensti.domains.tasks.models import Need
from opensti.kernel.access import Role
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(db):
    return factory.screened()


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"overlaps:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def words_of(content):
    document = docx.Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def judge(client, hit, **data):
    given = {"finding": "decline", "grounds": "Trùng nguyên văn.", "replaces": ""}
    return client.post(reverse("overlaps:judge", args=[hit.pk]), given | data)


def test_both_works_stand_side_by_side_with_what_they_share_marked(story, client_of):
    shown = page(client_of(story.officer), "screening", story.screening.public_id)
    title, abstract = factory.REPEATED
    plain = re.sub(r"</?mark>", "", shown)
    for sentence in abstract.split(". "):
        assert plain.count(sentence.strip(".")) == 2
    assert "Viện Luyện kim" in shown
    assert "Lê Văn Bình" in shown
    assert shown.count("<mark>") > 20
    assert "99\u00a0%" in shown or "99 %" in shown
    assert title in shown


def test_from_the_work_queue_to_the_verdict_and_its_second_person(story, client_of):
    officer = client_of(story.officer)
    address = reverse("overlaps:screening", args=[story.screening.public_id])
    assert address in officer.get(reverse("home")).content.decode()
    sent = judge(officer, story.hit, finding="acceptable", grounds="Khác quy mô.")
    assert (sent.status_code, sent.url) == (302, address)
    verdict = Verdict.objects.get()
    assert address not in officer.get(reverse("home")).content.decode()
    second = client_of(story.second)
    assert address in second.get(reverse("home")).content.decode()
    assert "Khác quy mô." in page(second, "screening", story.screening.public_id)
    answered = second.post(
        reverse("overlaps:confirm", args=[verdict.pk]),
        {"outcome": "confirm", "note": ""},
    )
    assert answered.status_code == 302
    verdict.refresh_from_db()
    assert verdict.state == "standing"
    need = officer.get(reverse("tasks:need", args=[story.need.public_id]))
    assert address in need.content.decode()


def test_the_page_opens_at_what_waits_for_its_reader(story, client_of):
    factory.archived(factory.REPEATED, source="KHO2")
    actions.screen_open_again(at=factory.LATER)
    again = factory.story_of(story.need)
    first, second = again.screening.hits.filter(probability__gte=0.9).order_by(
        "-probability", "pk"
    )
    officer, other = client_of(story.officer), client_of(story.second)
    judge(officer, first, finding="decline", grounds="Trùng.")
    judge(officer, second, finding="acceptable", grounds="Khác quy mô.")
    proposed = reverse("overlaps:confirm", args=[Verdict.objects.get(hit=second).pk])
    address = again.screening.public_id
    assert proposed in page(other, "screening", address)
    assert proposed not in page(officer, "screening", address)


def test_what_was_typed_stays_when_a_verdict_is_refused(story, client_of):
    officer = client_of(story.officer)
    without = judge(officer, story.hit, finding="", grounds="Ba đoạn trùng.")
    assert without.status_code == 422
    assert "Ba đoạn trùng." in without.content.decode()
    judge(client_of(story.second), story.hit)
    late = judge(client_of(story.officer), story.hit, grounds="Tôi nghĩ khác.")
    assert late.status_code == 409
    assert "Tôi nghĩ khác." in late.content.decode()


def test_of_a_case_that_the_reader_may_not_open_only_its_existence_shows(
    story, client_of
):
    own = task_factory.person(Role.OFFICER)
    factory.repeated_need(own, title="Điều riêng của người đề xuất về bụi lò hồ quang")
    actions.screen_waiting(at=factory.LATER)
    actions.ask_for_screening(
        actor=story.officer,
        kind="tasks.need",
        object_id=story.need.pk,
        at=factory.LATER,
    )
    actions.screen_waiting(at=factory.LATER)
    screening = Screening.objects.get(object_id=story.need.pk, current=True)
    hidden = screening.hits.get(document__kind="tasks.need")
    Hit.objects.filter(pk=hidden.pk).update(probability=0.95)
    for who, sees in ((story.officer, True), (own, False)):
        client = client_of(who)
        client.cookies["django_language"] = "en"
        shown = client.get(
            reverse("overlaps:screening", args=[screening.public_id]),
            {"hit": hidden.pk},
        ).content.decode()
        plain = re.sub(r"</?mark>", "", shown)
        assert ("Điều riêng của người đề xuất" in plain) is sees
        assert ("a case you may not open" in shown) is not sees
    refused = judge(client_of(own), hidden)
    assert refused.status_code == 403


def test_a_likeness_across_languages_names_the_terms_it_rests_on(story, client_of):
    factory.archived(factory.ABROAD, source="ABROAD", language="en")
    need = factory.repeated_need(task_factory.person(Role.APPLICANT))
    actions.screen_waiting(at=factory.LATER)
    screening = factory.story_of(need).screening
    hit = screening.hits.get(document__title_en=factory.ABROAD[0])
    told = page(client_of(story.officer), "screening", screening.public_id, hit=hit.pk)
    assert "Tìm thấy qua hai ngôn ngữ, nhờ thuật ngữ:" in told
    assert "khác ngôn ngữ, tìm qua thuật ngữ" in told
    plain = re.sub(r"</?mark[^>]*>", "", told)
    assert "lò quay = rotary kiln" in plain
    for sentence in (
        factory.REPEATED[1].split(". ")[0],
        factory.ABROAD[1].split(". ")[0],
    ):
        assert plain.count(sentence) == 1
    assert "<mark>chì</mark>" in told
    assert "<mark>lead</mark>" in told
    officer = client_of(story.officer)
    officer.cookies["django_language"] = "en"
    assert "the same work" in page(
        officer, "screening", screening.public_id, hit=hit.pk
    )
    Hit.objects.filter(pk=hit.pk).update(likeness="not told")
    shown = page(officer, "screening", screening.public_id, hit=hit.pk)
    assert "What kind of likeness it is cannot be told" in shown


def test_the_report_marks_translated_terms_in_both_texts(story, client_of):
    factory.archived(factory.ABROAD, source="ABROAD", language="en")
    need = factory.repeated_need(task_factory.person(Role.APPLICANT))
    actions.screen_waiting(at=factory.LATER)
    screening = factory.story_of(need).screening
    officer = client_of(story.officer)
    officer.cookies["django_language"] = "en"
    answer = officer.get(
        reverse("overlaps:screening_document", args=[screening.public_id, "docx"])
    )
    said = words_of(answer.content)
    assert "Found across languages, through terms: thu hồi = recovery" in said
    assert "[Bụi lò hồ quang] chứa [kẽm] và [chì]." in said
    assert "[Arc furnace dust] holds [zinc] and [lead]." in said
    assert "Vietnamese and English find each other through terms: 1,063 that" in said
    pdf = officer.get(
        reverse("overlaps:screening_document", args=[screening.public_id, "pdf"])
    )
    assert pdf.content.startswith(b"%PDF-")


def test_the_corpus_page_says_how_languages_find_each_other(story, client_of):
    shown = page(client_of(story.officer), "corpus")
    assert (
        "qua thuật ngữ: 1063 kèm theo OpenSTI, 0 học được từ các nhiệm vụ công khai bằng hai ngôn ngữ, 0 của đơn vị."
        in shown
    )
    screening = story.screening
    type(screening.base).objects.update(terms_shipped=0, terms_learned=7)
    shown = page(client_of(story.officer), "corpus")
    assert "các thuật ngữ kèm theo OpenSTI và 7 thuật ngữ học được" in shown
    type(screening.base).objects.update(terms="")
    shown = page(client_of(story.officer), "corpus")
    assert "chưa tìm thấy nhau" in shown


def test_the_corpus_page_says_what_is_compared_and_how_verdicts_agree(story, client_of):
    judge(client_of(story.officer), story.hit)
    client = client_of(story.leader)
    client.cookies["django_language"] = "en"
    shown = page(client, "corpus")
    assert "KHO" in shown
    assert "1 likeness judged; real overlap: 100" in shown
    assert "too few verdicts" in shown


def test_pages_and_report_say_whether_a_model_compared_the_meaning(story, client_of):
    officer, base = client_of(story.officer), story.screening.base

    def told():
        report = officer.get(
            reverse(
                "overlaps:screening_document", args=[story.screening.public_id, "docx"]
            )
        )
        return [
            page(officer, "screening", story.screening.public_id),
            page(officer, "corpus"),
            words_of(report.content),
        ]

    for shown in told():
        assert "Chỉ so từ ngữ; không dùng mô hình" in shown
    base.model, base.model_digest = "concepts", "0123456789abcdef"
    base.save()
    for shown in told():
        assert "nghĩa bằng mô hình concepts (0123456789ab)" in shown
        assert "không dùng mô hình" not in shown
    assert "xếp lại năm mươi việc đứng đầu" in page(officer, "corpus")


def test_the_report_holds_both_texts_the_figures_and_the_verdict(story, client_of):
    officer = client_of(story.officer)
    judge(officer, story.hit)
    answer = officer.get(
        reverse("overlaps:screening_document", args=[story.screening.public_id, "docx"])
    )
    said = words_of(answer.content)
    assert "BÁO CÁO TRA CỨU TRÙNG LẶP" in said
    assert story.screening.corpus_digest in said
    assert "Trùng nguyên văn." in said
    for sentence in factory.REPEATED[1].split(". "):
        assert said.count(sentence.strip(".")) == 2
    pdf = officer.get(
        reverse("overlaps:screening_document", args=[story.screening.public_id, "pdf"])
    )
    assert pdf.content.startswith(b"%PDF-")


def test_from_the_corpus_page_those_drawn_by_lot_are_judged_one_by_one(
    story, client_of
):
    Hit.objects.exclude(pk=story.hit.pk).delete()
    Hit.objects.filter(pk=story.hit.pk).update(probability=0.2, drawn=True)
    officer = client_of(story.officer)
    officer.cookies["django_language"] = "en"
    shown = page(officer, "corpus")
    lead = reverse("overlaps:drawn")
    assert f'<a href="{lead}">Judge the next one drawn</a>' in shown
    assert "one in twenty: 1; judged of these: 0; real: 0." in shown
    found = officer.get(lead)
    address = reverse("overlaps:screening", args=[story.screening.public_id])
    assert (found.status_code, found.url) == (302, f"{address}?hit={story.hit.pk}")
    drawn = officer.get(found.url).content.decode()
    assert "It lies below the threshold" in drawn
    assert "stays below the threshold" not in drawn
    sent = judge(officer, story.hit, finding="none")
    assert (sent.status_code, sent.url) == (302, lead)
    end = officer.get(lead, follow=True)
    assert end.redirect_chain == [(reverse("overlaps:corpus"), 302)]
    told = end.content.decode()
    assert "Of those drawn by lot none waits for you." in told
    assert lead not in told


def test_the_corpus_page_is_whole_in_vietnamese(story, client_of):
    shown = page(client_of(story.officer), "corpus")
    assert "Việc có xác suất dưới 5 % không được lưu" in shown


@pytest.mark.parametrize("hit", ["9" * 18, "9" * 30, "9" * 5000, "-1", "١", "x"])
def test_a_likeness_that_is_none_opens_the_first(story, client_of, hit):
    found = page(
        client_of(story.officer), "screening", story.screening.public_id, hit=hit
    )
    assert reverse("overlaps:judge", args=[story.hit.pk]) in found


def test_an_officer_says_whose_an_archive_is_and_everybody_of_the_office_reads_it(
    story, client_of
):
    officer = client_of(story.officer)
    address = reverse("overlaps:archive", args=["KHO"])
    assert address in page(officer, "corpus")
    given = {"name": "Kho Bộ", "licence": "CC BY 4.0", "taken_on": "2099-01-01"}
    early = officer.post(address, given)
    assert early.status_code == 422
    assert "Kho Bộ" in early.content.decode()
    assert officer.post(address, given | {"taken_on": "2026-05-01"}).status_code == 302
    shown = page(client_of(story.leader), "corpus")
    assert "Kho Bộ (KHO)" in shown
    assert "CC BY 4.0" in shown
    assert client_of(story.leader).get(address).status_code == 403
    missing = reverse("overlaps:archive", args=["KHAC"])
    assert client_of(story.officer).get(missing).status_code == 404


def test_the_leader_sets_the_thresholds(story, client_of):
    client = client_of(story.leader)
    wrong = client.post(
        reverse("overlaps:thresholds"),
        {"listed": "0.9", "two_people": "0.3", "reason": "Đảo ngược."},
    )
    assert wrong.status_code == 422
    assert "Đảo ngược." in wrong.content.decode()
    done = client.post(
        reverse("overlaps:thresholds"),
        {"listed": "0.3", "two_people": "0.8", "reason": "Thử."},
    )
    assert done.status_code == 302
    assert queries.thresholds().listed == 0.3
    assert (
        client_of(story.officer).get(reverse("overlaps:thresholds")).status_code == 403
    )


def test_a_work_is_compared_again_on_request(story, client_of):
    officer = client_of(story.officer)
    address = reverse("overlaps:again", args=[story.screening.public_id])
    assert officer.post(address).status_code == 302
    assert officer.post(address).status_code == 409
    assert Screening.objects.filter(state="waiting").count() == 1


def test_the_list_is_searched_and_narrowed_to_what_is_open(story, client_of):
    officer = client_of(story.officer)
    title = factory.REPEATED[0]
    assert title in page(officer, "screenings", q="thu hoi kem")
    assert title not in page(officer, "screenings", q="tau vu tru")
    assert title in page(officer, "screenings", open="yes")
    judge(officer, story.hit)
    assert title not in page(officer, "screenings", open="yes")
    assert title in page(officer, "screenings", open="no")


def test_a_writer_compares_his_draft_with_the_public_archive(story, client_of):
    writer = task_factory.person(Role.APPLICANT)
    title, abstract = factory.REPEATED
    need = task_factory.draft(writer, title=title, urgency=abstract)
    client = client_of(writer)
    address = reverse("overlaps:own", args=["need", need.public_id])
    need_page = client.get(reverse("tasks:need", args=[need.public_id]))
    assert address in need_page.content.decode()
    assert client.post(address).url == address
    client.cookies["django_language"] = "en"
    assert "It is being compared" in client.get(address).content.decode()
    compare_waiting(factory.LATER)
    shown = client.get(address).content.decode()
    assert factory.task_like_it().public_id in shown
    assert "<mark>" in shown
    assert client_of(story.officer).get(address).status_code == 404
    assert client.get(address.replace("/need/", "/order/")).status_code == 404


@pytest.mark.parametrize("who", ["applicant", "expert", "admin"])
def test_screenings_are_the_offices_own(story, client_of, who):
    client = client_of(who)
    page(client, "screenings", status=403)
    page(client, "screening", story.screening.public_id, status=404)
    page(client, "corpus", status=403)
    page(client, "map", status=403)
    page(client, "cluster", "0123456789ab", status=403)


def clusters_of(client, **query):
    """Addresses of the clusters on the map, as they stand on it."""
    shown = page(client, "map", **query)
    return re.findall(rf'href="({reverse("overlaps:map")}[0-9a-f]{{12}}/[^"]*)"', shown)


def test_the_map_leads_to_a_cluster_and_the_cluster_to_the_comparison(story, client_of):
    officer = client_of(story.officer)
    officer.cookies["django_language"] = "en"
    shown = page(officer, "map")
    assert "1 to judge" in shown
    assert "2 works are drawn" in shown
    (address,) = clusters_of(officer)
    near = officer.get(address).content.decode()
    compared = reverse("overlaps:screening", args=[story.screening.public_id])
    assert f'href="{compared}?hit={story.hit.pk}"' in near
    assert near.count("<svg xmlns") == 4
    for work in (story.need, factory.task_like_it()):
        kind = "need" if work == story.need else "task"
        assert reverse(f"tasks:{kind}", args=[work.public_id]) in near


def test_the_map_and_the_cluster_tell_what_was_judged_and_how(story, client_of):
    officer = client_of(story.officer)
    officer.cookies["django_language"] = "en"
    (address,) = clusters_of(officer)
    judge(officer, story.hit, finding="acceptable", grounds="Khác quy mô.")
    proposed = page(officer, "map")
    assert "1 waits for a second person" in proposed
    assert "1 to judge" not in proposed
    assert "waits for a second person" in officer.get(address).content.decode()
    verdict = Verdict.objects.get()
    client_of(story.second).post(
        reverse("overlaps:confirm", args=[verdict.pk]),
        {"outcome": "confirm", "note": ""},
    )
    for shown in (page(officer, "map"), officer.get(address).content.decode()):
        assert "1 overlap, acceptable" in shown
        assert "waits for a second person" not in shown


def test_a_narrowed_map_leads_to_the_cluster_as_narrowed(story, client_of):
    officer = client_of(story.officer)
    (address,) = clusters_of(officer, kind="tasks.need", year="2026")
    assert address.endswith("/?kind=tasks.need&amp;year=2026")
    assert officer.get(address.replace("&amp;", "&")).status_code == 200
    assert clusters_of(officer, kind="calls.dossier") == []
    assert len(clusters_of(officer, kind="nonsense", year="x")) == 1
    gone = officer.get(address.replace("&amp;", "&").replace("2026", "1999"))
    assert gone.status_code == 404


def test_a_cluster_is_gone_when_its_works_no_longer_hang_together(story, client_of):
    officer = client_of(story.officer)
    (address,) = clusters_of(officer)
    Hit.objects.update(probability=0.1)
    assert officer.get(address).status_code == 404
    officer.cookies["django_language"] = "en"
    assert "No works hang together here." in page(officer, "map")


def test_the_map_turns_its_pages(story, client_of, monkeypatch):
    other = task_factory.person(Role.APPLICANT)
    factory.repeated_need(
        other, title=factory.OTHERS[0][0], urgency=factory.OTHERS[0][1]
    )
    actions.screen_waiting(at=factory.LATER)
    Hit.objects.exclude(pk=story.hit.pk).delete()
    Hit.objects.create(
        screening=Screening.objects.exclude(pk=story.screening.pk).get(),
        document=Document.objects.get(title_vi=factory.OTHERS[0][0], kind="tasks.task"),
        group="full",
        rank=1,
        score=1.0,
        probability=0.6,
    )
    monkeypatch.setattr(queries, "MAP_CLUSTERS", 1)
    monkeypatch.setattr(queries.maps, "MAP_CLUSTERS", 1)
    officer = client_of(story.officer)
    officer.cookies["django_language"] = "en"
    assert "1 clusters a page, of 2." in page(officer, "map")
    first, second = clusters_of(officer), clusters_of(officer, page="2")
    assert (len(first), len(second)) == (1, 1)
    assert first != second
    assert "There is no such page" in page(officer, "map", page="3")


def test_of_a_case_that_the_reader_may_not_open_the_map_tells_nothing(story, client_of):
    own = task_factory.person(Role.OFFICER)
    factory.repeated_need(own, title="Điều riêng của người đề xuất về bụi lò")
    actions.screen_waiting(at=factory.LATER)
    Hit.objects.update(probability=0.95)
    for who, sees in ((story.officer, True), (own, False)):
        client = client_of(who)
        addresses = clusters_of(client)
        assert len(addresses) == 1
        shown = page(client, "map") + client.get(addresses[0]).content.decode()
        assert ("Điều riêng của người đề xuất" in shown) is sees


BUDGETS = {
    "screenings": 10,
    "screening": 15,
    "own": 9,
    "map": 10,
    "cluster": 10,
    "corpus": 17,
    "drawn": 9,
}


def rows(number):
    """So many needs that repeat the archived task, all compared."""
    task_factory.regimes()
    factory.archived(factory.REPEATED, *factory.OTHERS)
    for _n in range(number):
        factory.repeated_need(task_factory.person(Role.APPLICANT))
    actions.screen_waiting(at=factory.LATER)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_as_many_queries_with_three_rows_as_with_one(
    client_of, django_assert_num_queries, name, number
):
    rows(number)
    first = Screening.objects.first()
    args = {
        "screenings": [],
        "screening": [first.public_id],
        "own": ["need", first.subject.partition(":")[2]],
        "map": [],
        "corpus": [],
        "drawn": [],
        "cluster": [
            queries.portfolio_map(task_factory.person(Role.OFFICER)).clusters[0].id
        ],
    }[name]
    client = client_of("officer")
    if name == "own":
        need = Need.objects.get(pk=first.object_id)
        client = client_of(task_factory.actor_of(need.created_by, Role.APPLICANT))
        client.post(reverse("overlaps:own", args=args))
        compare_waiting(factory.LATER)
    if name == "drawn":
        Hit.objects.update(probability=0.2, drawn=True)
    status = 302 if name == "drawn" else 200
    page(client, name, *args, status=status)
    with django_assert_num_queries(BUDGETS[name]):
        page(client, name, *args, status=status)
    assert Screening.objects.filter(current=True).count() == number
    assert Document.objects.filter(left=None).count() == 11 + number
