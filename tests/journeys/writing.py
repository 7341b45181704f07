"""What applicants write: a need, a dossier."""

from __future__ import annotations

WORDS = (
    "Ba nhà máy xi măng phải dừng máy nghiền hai tuần mỗi năm vì không thấy trước hỏng hóc; "
    "nhiệm vụ đo rung, phân tích phổ và báo sớm cho người vận hành."
)
BUDGET = (
    ("labour", "Công lao động trực tiếp", 400_000_000, 100_000_000),
    ("materials", "Vật tư, cảm biến", 300_000_000, 0),
)


def propose(applicant, titles):
    """A need, written, saved by itself, sent."""
    applicant.menu(to="Needs").follow("New need")
    applicant.answer({**titles, "months": "24", "budget": "900000000"}, words=WORDS)
    applicant.press("Save and submit")


def write_dossier(applicant, titles, *, paper, money=str):
    """A dossier, section by section, with its team, its budget and a paper."""
    applicant.answer(titles, words=WORDS).send()
    applicant.reads("The dossier is begun. It is saved while you write.")
    autosaved = False
    while "/edit/" in applicant.page.url:
        section = applicant.page.url.split("/edit/")[1].strip("/")
        if section == "team":
            for n, (name, role, months) in enumerate(
                [("Ngô Minh Đức", "leader", "8"), ("Trần Văn Kỹ", "main", "12")]
            ):
                applicant.fill(
                    **{f"team-{n}-full_name": name, f"team-{n}-months": months}
                ).choose(f"team-{n}-role", role)
        elif section == "budget":
            for n, (category, what, state, host) in enumerate(BUDGET):
                applicant.choose(f"budget-{n}-category", category).fill(
                    **{
                        f"budget-{n}-description": what,
                        f"budget-{n}-year": str(applicant.house.now().year + 1),
                        f"budget-{n}-state": money(state),
                        f"budget-{n}-host": money(host) if host else "",
                    }
                )
        elif section == "attachments":
            applicant.page.set_input_files("main input[type=file]", paper)
            applicant.choose("kind", "BM-09")
            applicant.fill(title="Đơn đăng ký chủ trì").press("Attach")
            applicant.reads("Đơn đăng ký chủ trì")
            applicant.page.locator(".tabs li:has([aria-current]) + li a").click()
            applicant.look()
            continue
        applicant.answer(
            {
                **titles,
                "months": "24",
                "refers": "no",
                "has_partners": "no",
                "conflict": "",
            },
            words=WORDS,
        )
        if not autosaved and applicant.scripts:
            applicant.saved_by_itself()
            autosaved = True
        applicant.press("Save and go on")
        assert f"/edit/{section}/" not in applicant.page.url, applicant.said()
    applicant.reads("The dossier is complete")
