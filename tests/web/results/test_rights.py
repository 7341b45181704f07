"""Pages of rights: disclosed, moved, changed; their docket, papers and list."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opensti.domains.results.models import DocketEntry, Right
from opensti.kernel.access import Role
from opensti.kernel.files.models import StoredFile
from tests.factories import contracts as contract_factory
from tests.factories import rights as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"results:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def post(client, name, *args, query="", **data):
    return client.post(reverse(f"results:{name}", args=args) + query, data)


def rows(prefix, *said):
    data = {
        f"{prefix}-TOTAL_FORMS": str(len(said)),
        f"{prefix}-INITIAL_FORMS": "0",
    }
    for number, row in enumerate(said):
        data |= {f"{prefix}-{number}-{key}": value for key, value in row.items()}
    return data


def typed(**more):
    """A right as it is typed: two owners, one author."""
    owners = [
        {"kind": "organisation", "name": "Viện Luyện kim", "share": "66,67"},
        {"kind": "state", "name": "Nhà nước", "share": "33,33"},
    ]
    return (
        {
            "kind": "invention",
            "title_vi": "Quy trình thu hồi kẽm",
            "formed_on": "2026-02-01",
            "country": "vn",
            "filed_on": "2026-03-01",
            "application_number": "1-2026-01",
        }
        | rows("owners", *owners)
        | rows("authors", {"name": "Nguyễn Văn A", "share": "100"})
        | more
    )


@pytest.fixture
def funded():
    return contract_factory.running()


def disclosed_by_page(client, contract):
    answer = post(
        client, "right_new", query=f"?contract={contract.public_id}", **typed()
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Right.objects.get()


def test_the_host_discloses_and_follows_a_right_to_its_grant(client_of, funded):
    client = client_of(funded.host)
    contract = funded.contract
    assert "right_new" not in page(client, "contract_rights", contract.public_id)
    right = disclosed_by_page(client, contract)
    assert [(o.kind, o.share) for o in right.owners.order_by("position")] == [
        ("organisation", 6667),
        ("state", 3333),
    ]
    assert right.country == "VN"
    shown = page(client, "contract_rights", contract.public_id)
    assert "66,67 %" in shown
    moved = post(
        client,
        "right_move",
        right.public_id,
        to="granted",
        on="2026-10-01",
        number="4567",
        reason="",
        version=right.version,
    )
    assert moved.status_code == 302
    shown = page(client, "right", right.public_id)
    for text in ("4567", "khoản 1 Điều 113", "ND267", "Phí duy trì hiệu lực (1)"):
        assert (text in shown) is (text != "ND267")  # sources are said in words
    entry = DocketEntry.objects.get(rule="vn_fee", turn=1)
    wrong = post(
        client,
        "docket_meet",
        right.public_id,
        entry.pk,
        done_on="2026-10-02",
        paid="1.23",
        reference="BL 1",
    )
    assert wrong.status_code == 422
    assert "BL 1" in wrong.content.decode()
    paid = post(
        client,
        "docket_meet",
        right.public_id,
        entry.pk,
        done_on="2026-10-02",
        paid="1.200.000",
        reference="BL 1",
        file=SimpleUploadedFile("bien-lai.txt", b"bien lai 1\n"),
    )
    assert paid.status_code == 302
    shown = page(client, "right", right.public_id)
    assert ("1.200.000" in shown, "bien-lai.txt" in shown) == (True, True)
    again = post(
        client,
        "docket_meet",
        right.public_id,
        entry.pk,
        done_on="2026-10-02",
        paid="1.200.000",
        reference="BL 1",
    )
    assert again.status_code == 409


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(client_of, funded):
    client = client_of(funded.host)
    query = f"?contract={funded.contract.public_id}"
    wrong = typed(title_vi="Tên dài", filed_on="2026-01-01", priority_on="2026-02-01")
    wrong["owners-0-share"] = "66"
    answer = post(client, "right_new", query=query, **wrong)
    shown = answer.content.decode()
    assert answer.status_code == 422
    for text in ("Tên dài", "Viện Luyện kim", "99.33", 'value="66"'):
        assert text in shown
    assert not Right.objects.exists()
    garbled = typed(**{"owners-0-share": "hai phần ba"})
    answer = post(client, "right_new", query=query, **garbled)
    assert answer.status_code == 422
    assert "hai phần ba" in answer.content.decode()


def test_a_second_writer_is_told_and_keeps_the_text(client_of, funded):
    client = client_of(funded.host)
    right = disclosed_by_page(client, funded.contract)
    assert "Viện Luyện kim" in page(client, "right_edit", right.public_id)
    changed = typed(reason="Đổi tên", title_en="Zinc", version=str(right.version))
    assert post(client, "right_edit", right.public_id, **changed).status_code == 302
    stale = post(client, "right_edit", right.public_id, **changed)
    assert stale.status_code == 409
    assert "Đổi tên" in stale.content.decode()
    assert "Đổi tên" in page(client, "right", right.public_id)


def test_a_day_by_hand_and_a_paper_are_kept(client_of, funded):
    client = client_of(funded.host)
    right = disclosed_by_page(client, funded.contract)
    added = post(
        client,
        "docket_new",
        right.public_id,
        kind="host",
        label="Trả lời thông báo",
        due_on="2027-05-01",
    )
    kept = post(
        client,
        "right_paper",
        right.public_id,
        file=SimpleUploadedFile("bang.txt", b"so bang\n"),
    )
    assert (added.status_code, kept.status_code) == (302, 302)
    shown = page(client, "right", right.public_id)
    assert "Trả lời thông báo" in shown
    assert "bang.txt" in shown
    kept_file = StoredFile.objects.get(name="bang.txt")
    link = reverse("results:right_file", args=[right.public_id, kept_file.public_id])
    assert link in shown
    assert b"".join(client.get(link).streaming_content) == b"so bang\n"
    rival = client_of(funded.story.applicants[1])
    assert rival.get(link).status_code == 404


def test_strangers_find_nothing_and_the_office_only_reads_what_it_may(client_of):
    kept = factory.disclosed()
    right, funded = kept.right, kept.funded
    rival = client_of(funded.story.applicants[1])
    page(rival, "right", right.public_id, status=404)
    page(rival, "contract_rights", funded.contract.public_id, status=404)
    assert "Quy trình thu hồi kẽm" not in page(rival, "rights")
    leader = client_of(funded.leader)
    shown = page(leader, "right", right.public_id)
    assert reverse("results:right_edit", args=[right.public_id]) not in shown
    page(leader, "right_edit", right.public_id, status=403)
    page(client_of(person(Role.EXPERT)), "rights", status=403)


def test_the_list_is_searched_without_accents(client_of):
    kept = factory.disclosed()
    client = client_of(kept.host)
    client.cookies["django_language"] = "en"
    assert "Process to recover zinc" in page(client, "rights", q="thu hoi kem")
    assert "Process to recover zinc" not in page(client, "rights", q="dong do")
    assert client.get(reverse("results:rights"), {"export": "csv"}).status_code == 200


BUDGETS = {"rights": 9, "right": 15, "contract_rights": 12}


@pytest.mark.parametrize("more", [0, 2])
def test_no_page_costs_more_when_there_is_more(
    client_of, django_assert_num_queries, more
):
    kept = factory.disclosed()
    for _number in range(more):
        factory.actions.disclose_right(
            actor=kept.host,
            host_id=kept.right.host_id,
            contract_id=kept.right.contract_id,
            facts=factory.filed(),
            owners=factory.owners(5_000, 5_000),
            authors=factory.authors(10_000),
            at=factory.AT,
        )
        factory.deal(kept, number=f"{_number}/LI")
    args = {
        "right": [kept.right.public_id],
        "contract_rights": [kept.right.contract.public_id],
    }
    officer = client_of(kept.funded.officer)
    for name, budget in BUDGETS.items():
        url = reverse(f"results:{name}", args=args.get(name, []))
        officer.get(url)
        with django_assert_num_queries(budget):
            assert officer.get(url).status_code == 200
