"""The terms by which two languages find each other: put in, learned, kept, told to nobody else."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from sti_methods.similarity import Term, TermList

from opensti.domains.overlaps import actions, problem, queries
from opensti.domains.overlaps.models import (
    Base,
    Corpus,
    Document,
    Notice,
    Screening,
    TermFile,
    Vocabulary,
)
from opensti.domains.tasks.models import Need, Order
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.files.models import StoredFile
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db
LATER = factory.LATER
# Words that no shipped term translates.
OURS = ("Nuôi rươi trên cù lao", "Rươi sinh sản theo con nước. Cù lao được đắp bờ bao.")
ABROAD = (
    "Ragworms farmed on river islets",
    "Ragworms breed with the tide. The islets get dykes.",
)
TERMS = (("rươi", "ragworm", ""), ("cù lao", "islet", "2"), ("con nước", "tide", ""))


@pytest.fixture
def officer(db):
    return task_factory.person(Role.OFFICER)


@pytest.fixture(autouse=True)
def _few_texts_teach(monkeypatch):
    monkeypatch.setattr(problem, "FEWEST_PAIRS", 1)


def put(by, *rows, replaces="", **given):
    file = given.pop("file", None) or factory.term_table(*(rows or TERMS))
    given = {"reason": "Từ của viện.", "replaces": replaces, "at": LATER} | given
    return actions.put_terms(actor=by, file=file, **given)


def known(**narrowed):
    return {(r.vi, r.en): r.origin.value for r in queries.term_rows(SYSTEM, **narrowed)}


def test_an_officers_terms_are_used_from_the_next_index_on(officer):
    row = put(officer)
    assert (row.number, row.bad_rows, row.in_use) == (3, [], True)
    assert queries.term_rows(officer) == []
    actions.refresh_corpus(at=LATER)
    base = Base.objects.get()
    assert (base.terms_own, base.own_terms) == (3, row.digest)
    assert known(origin="own") == {(vi, en): "own" for vi, en, _weight in TERMS}
    kept = problem.terms_kept(base.terms)
    assert kept.digest() == base.terms
    assert {t for t in kept if t.en in {"ragworm", "islet"}} == {
        Term("rươi", "ragworm", 2.0),
        Term("cù lao", "islet", 3.0),
    }
    assert kept.translate("rươi và xi măng", "en") == "ragworm cement"


def test_the_act_stands_in_the_record_with_what_was_left_out(officer):
    row = put(officer, *TERMS, ("chỉ một bên", "", ""), ("lúa", "rice", "nhiều"))
    entry = Entry.objects.get(act="overlaps.put_terms")
    stored = StoredFile.objects.get(public_id=row.file_id)
    assert json.loads(entry.body)["detail"] == {
        "file": stored.sha256,
        "terms": 3,
        "rows left out": 2,
        "digest": row.digest,
        "replaces": "",
    }
    assert row.bad_rows == [[5, "no en", ""], [6, "no weight", "nhiều"]]
    assert Notice.objects.count() == 1


def test_a_workbook_is_read_as_a_csv_is(officer):
    book = openpyxl.Workbook()
    for cells in (("EN", "VI", "note"), ("ragworm", "rươi", "x"), ("islet", None, "y")):
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    row = put(officer, file=SimpleUploadedFile("terms.xlsx", out.getvalue()))
    assert row.terms == [["rươi", "ragworm", 1.0]]
    assert row.bad_rows == [[3, "no vi", ""]]


def test_a_weight_may_have_a_decimal_comma(officer):
    content = "vi;en;weight\nrươi;ragworm;0,5\n".encode()
    row = put(officer, file=SimpleUploadedFile("terms.csv", content))
    assert (row.terms, row.bad_rows) == ([["rươi", "ragworm", 0.5]], [])


def test_a_row_with_more_cells_than_columns_is_not_guessed_at(officer):
    content = (
        "vi,en,weight\nrươi,ragworm,1,5\nthan, đá,coal\ncói,sedge,2,3\nổ bi,bearing\n"
    )
    row = put(officer, file=SimpleUploadedFile("terms.csv", content.encode()))
    assert row.terms == [["ổ bi", "bearing", 1.0]]
    assert row.bad_rows == [
        [2, "broken", ""],
        [3, "no weight", "coal"],
        [4, "broken", ""],
    ]


def test_a_line_that_no_database_keeps_is_told_without_what_it_says(officer):
    content = (
        '{"vi": "ổ bi", "en": "bearing"}\n'
        '{"vi": "rươi", "en": "ragworm", "weight": "\\u0000\\u202e\\ud800x"}\n'
        '{"vi": "c\\u0000ói", "en": "sedge"}\nno object\n'
        '{"vi": "than", "en": "coal", "weight": "\\u202ex"}\n'
    )
    row = put(officer, file=SimpleUploadedFile("terms.jsonl", content.encode()))
    assert row.terms == [["ổ bi", "bearing", 1.0]]
    assert row.bad_rows == [
        [2, "broken", ""],
        [3, "broken", ""],
        [4, "broken", ""],
        [5, "no weight", "x"],
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a,b\nx,y\n", "vi"),
        (b"vi,en\n,\nx,\n", "Không dòng nào của bảng có thuật ngữ"),
    ],
)
def test_a_file_that_is_no_list_of_terms_is_refused_and_leaves_nothing(
    officer, content, why
):
    with pytest.raises(Invalid) as refusal:
        put(officer, file=SimpleUploadedFile("terms.csv", content))
    assert why in str(refusal.value.problems[0].message)
    assert not TermFile.objects.exists()
    assert not Entry.objects.filter(act="overlaps.put_terms").exists()


def test_a_list_is_replaced_and_removed_with_a_reason_and_its_file_goes(officer):
    first = put(officer)
    with pytest.raises(Stale):
        put(officer, replaces="")
    with pytest.raises(Invalid):
        put(officer, replaces=first.public_id, reason=" ")
    second = put(officer, ("cói", "sedge", ""), replaces=first.public_id)
    first.refresh_from_db()
    assert (first.in_use, first.ended_reason) == (None, "Từ của viện.")
    assert StoredFile.objects.get(public_id=first.file_id).removed_at == LATER
    with pytest.raises(Invalid):
        actions.remove_terms(
            actor=officer, public_id=second.public_id, reason="", at=LATER
        )
    actions.remove_terms(
        actor=officer, public_id=second.public_id, reason="Sai.", at=LATER
    )
    with pytest.raises(StepNotAllowed):
        actions.remove_terms(
            actor=officer, public_id=second.public_id, reason="Sai.", at=LATER
        )
    assert not TermFile.objects.filter(in_use=True).exists()
    assert list(
        Entry.objects.filter(act__startswith="overlaps.").values_list("act", flat=True)
    ) == ["overlaps.put_terms", "overlaps.put_terms", "overlaps.remove_terms"]


@pytest.mark.parametrize(
    "role", [Role.SECRETARY, Role.LEADER, Role.AUDITOR, Role.APPLICANT, Role.ADMIN]
)
def test_only_officers_put_terms_in_and_remove_them(officer, role):
    row = put(officer)
    other = task_factory.person(role)
    with pytest.raises(AccessDenied):
        put(other, replaces=row.public_id)
    with pytest.raises(AccessDenied):
        actions.remove_terms(
            actor=other, public_id=row.public_id, reason="Sai.", at=LATER
        )
    assert TermFile.objects.get() == row
    assert row.in_use


def test_lists_are_seen_by_the_office_alone(officer):
    row = put(officer)
    assert queries.term_file(task_factory.person(Role.AUDITOR), row.public_id) == row
    for role in (Role.APPLICANT, Role.EXPERT, Role.ADMIN):
        stranger = task_factory.person(role)
        with pytest.raises(NotFound):
            queries.term_file(stranger, row.public_id)
        with pytest.raises(AccessDenied):
            queries.term_rows(stranger)


def found_abroad():
    task_factory.regimes()
    factory.archived(*factory.OTHERS)
    factory.archived(ABROAD, source="ABROAD", language="en")
    title, abstract = OURS
    need = task_factory.submitted(
        task_factory.person(Role.APPLICANT), title=title, urgency=abstract
    )
    actions.screen_waiting(at=LATER)
    return need


def abroad(need):
    screening = Screening.objects.get(
        kind="tasks.need", object_id=need.pk, current=True
    )
    return screening, screening.hits.filter(document__title_en=ABROAD[0]).first()


def test_own_terms_let_open_works_find_what_they_did_not(officer):
    need = found_abroad()
    before, hit = abroad(need)
    assert hit is None or hit.probability < 0.5
    put(officer)
    assert actions.screen_open_again(at=LATER + timedelta(minutes=1)) == 1
    after, hit = abroad(need)
    assert after.pk != before.pk
    assert hit.probability > 0.5
    assert [t["written"].lower() for t in hit.evidence["translated"]].count("rươi") == 2


def test_other_terms_are_a_batch_and_an_index_of_their_own(officer):
    found_abroad()
    batch = Corpus.objects.get().batch
    put(officer)
    assert actions.refresh_corpus(at=LATER) == batch + 1
    bases = list(Base.objects.order_by("batch").values_list("batch", "terms_own"))
    assert bases[-1] == (batch + 1, 3)
    assert actions.refresh_corpus(at=LATER) == batch + 1
    assert Base.objects.count() == len(bases)


def test_a_screening_is_repeated_to_the_byte_after_every_list_has_changed(
    officer, monkeypatch
):
    put(officer)
    need = found_abroad()
    screening, hit = abroad(need)
    assert (screening.base.terms_own, hit is not None) == (3, True)
    row = TermFile.objects.get()
    actions.remove_terms(actor=officer, public_id=row.public_id, reason="x", at=LATER)
    monkeypatch.setattr(problem, "shipped_terms", lambda: TermList([Term("a", "b")]))
    factory.archived(("Kho lạnh", "Kho lạnh cho thủy sản."))
    actions.refresh_corpus(at=LATER)
    index = problem.index_anew(screening.base, screening.batch)
    assert index.digest() == screening.corpus_digest
    again = problem.evidence(index, screening.wording, hit.document, screening.left_out)
    assert again == hit.evidence


def test_terms_are_learned_from_task_files_in_both_languages(db):
    factory.bilingual_archive()
    kept, origins = problem.gathered(problem.living(1))
    assert origins["learned"] == len(factory.ACTS) + len(factory.THINGS)
    terms = problem.terms_kept(kept.digest)
    assert terms.translate("đom đóm và rươi", "en") == "fireflies ragworms"
    assert problem.gathered(problem.living(1))[0] == kept
    assert Vocabulary.objects.count() == 1


def test_from_a_few_texts_nothing_is_learned(db, monkeypatch):
    factory.bilingual_archive()
    learned = []
    for fewest in (len(factory.BILINGUAL), len(factory.BILINGUAL) + 1):
        monkeypatch.setattr(problem, "FEWEST_PAIRS", fewest)
        learned.append(problem.gathered(problem.living(1))[1]["learned"])
    assert learned == [len(factory.ACTS) + len(factory.THINGS), 0]


def test_terms_are_learned_from_abstracts_in_both_languages_too(db):
    Document.objects.bulk_create(
        Document(
            kind="tasks.task", object_id=n, subject=f"tasks.task:{n}", entered=1,
            title_vi="Đề tài", abstract=f"{vi}, {other_vi}.\n{en}, {other_en}.",
        )
        for n, ((vi, en), (other_vi, other_en)) in enumerate(
            zip(factory.BILINGUAL, factory.BILINGUAL[7:] + factory.BILINGUAL[:7], strict=True),
            10_000,
        )
    )  # fmt: skip
    kept, _origins = problem.gathered(problem.living(1))
    terms = problem.terms_kept(kept.digest)
    assert terms.translate("đom đóm và rươi", "en") == "fireflies ragworms"


@pytest.mark.parametrize("kind", ["tasks.need", "tasks.order", "calls.dossier"])
def test_what_not_everybody_of_the_office_may_read_teaches_nothing(db, kind):
    factory.bilingual_archive()
    Document.objects.update(kind=kind)
    kept, origins = problem.gathered(problem.living(1))
    assert "learned" not in origins
    assert "fireflies" not in str(kept.terms)


def test_a_called_order_teaches_and_one_that_is_not_called_does_not(db):
    factory.bilingual_archive()
    Document.objects.update(kind="tasks.order")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            problem.tasks_queries, "public_order_ids", lambda: range(10_000, 10_018)
        )
        _kept, origins = problem.gathered(problem.living(1))
    assert origins["learned"] == len(factory.ACTS) + len(factory.THINGS)
    assert not Need.objects.exists()
    assert not Order.objects.exists()


def test_terms_are_found_by_search_in_either_language_without_diacritics(officer):
    put(officer)
    actions.refresh_corpus(at=LATER)
    assert known(search="RUOI") == {("rươi", "ragworm"): "own"}
    assert known(search="islet") == {("cù lao", "islet"): "own"}
    assert known(search="islet", origin="shipped") == {}


def test_the_office_is_told_whether_a_list_waits_for_the_next_index(officer):
    actions.refresh_corpus(at=LATER)
    row = put(officer)
    state = queries.terms_state(officer)
    assert (state.file, state.waits) == (row, True)
    actions.refresh_corpus(at=LATER)
    assert queries.terms_state(officer).waits is False


def test_a_base_made_before_there_were_terms_is_built_without(db):
    factory.bilingual_archive()
    base = Base.objects.create(batch=1, method="1", documents=18, built_at=factory.AT)
    assert problem.index_anew(base, 1).terms is None


def test_a_base_whose_terms_were_not_kept_is_refused(db):
    base = Base.objects.create(
        batch=1, method="1+0", documents=18, built_at=factory.AT, terms="0" * 64
    )
    with pytest.raises(
        problem.OtherTerms, match=r"method 1\+0, before terms were kept"
    ):
        problem.index_anew(base, 1)


def test_another_method_is_a_batch_of_its_own_and_open_works_are_looked_at_again(db):
    need = found_abroad()
    screening, _hit = abroad(need)
    batch = Corpus.objects.get().batch
    Base.objects.update(method="1+old")
    Notice.objects.create(at=LATER)
    Screening.objects.update(top=0.99)
    screening.hits.update(probability=0.99)
    actions.screen_open_again(at=LATER + timedelta(minutes=1))
    assert Base.objects.get(batch=batch + 1).method == problem.METHOD
    screening.refresh_from_db()
    assert screening.seen_batch == batch + 1
