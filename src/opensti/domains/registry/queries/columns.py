"""What an imported table may say, and by which headings its columns are recognised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import ImportKind
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.kernel.refusals import Text


@dataclass(frozen=True)
class Column:
    """A target; ``headings`` are folded words seen over such columns."""

    name: str
    label: Text
    headings: tuple[str, ...] = ()
    required: bool = False
    help: Text = ""


_KEY = Column(
    "key",
    _("Key"),
    ("id", "ma", "ma so", "stt", "code"),
    help=_("Tells the row again when the file is imported once more."),
)
_FIELDS = Column(
    "fields",
    _("Fields"),
    ("linh vuc", "nganh", "field", "chuyen nganh"),
    help=_("Codes of fields, separated by semicolons."),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    ImportKind.ORGANISATIONS: (
        _KEY,
        Column(
            "name_vi",
            _("Name (Vietnamese)"),
            ("ten", "ten to chuc", "ten don vi", "ten tieng viet", "name", "don vi"),
            required=True,
        ),
        Column("name_en", _("Name (English)"), ("ten tieng anh", "english name")),
        Column("acronym", _("Acronym"), ("viet tat", "ten viet tat", "abbreviation")),
        Column("aliases", _("Other names"), ("ten khac", "ten cu", "alias")),
        Column("kind", _("Kind"), ("loai", "loai hinh", "loai to chuc", "type")),
        Column(
            "parent",
            _("Belongs to"),
            ("co quan chu quan", "don vi chu quan", "truc thuoc", "parent key"),
            help=_("Key, tax code, ROR or name of the organisation above."),
        ),
        Column("legal_form", _("Legal form"), ("hinh thuc phap ly",)),
        Column("status", _("Status"), ("trang thai", "tinh trang")),
        Column("province", _("Province"), ("tinh", "tinh thanh", "tinh thanh pho")),
        Column("address", _("Address"), ("dia chi",)),
        Column("tax_code", _("Tax code"), ("ma so thue", "mst", "tax id")),
        Column("ror", "ROR", ("ror id",)),
        Column("established", _("Year established"), ("nam thanh lap", "founded")),
        Column("website", _("Website"), ("trang web", "web", "url")),
        Column("ministry_owned", _("Belongs to the ministry"), ("thuoc bo",)),
        _FIELDS,
    ),
    ImportKind.PEOPLE: (
        _KEY,
        Column(
            "full_name",
            _("Full name"),
            ("ho ten", "ho va ten", "ten", "name"),
            required=True,
        ),
        Column("degree", _("Highest degree"), ("hoc vi", "trinh do")),
        Column(
            "academic_title", _("Academic title"), ("hoc ham", "chuc danh khoa hoc")
        ),
        Column("email", _("E-mail address"), ("e mail", "thu dien tu", "mail")),
        Column("phone", _("Telephone"), ("dien thoai", "so dien thoai", "mobile")),
        Column("orcid", "ORCID", ("orcid id",)),
        Column("gender", _("Gender"), ("gioi tinh", "sex")),
        Column("birth_year", _("Year of birth"), ("nam sinh", "born")),
        Column(
            "organisation",
            _("Organisation"),
            ("don vi", "co quan", "noi cong tac", "don vi cong tac", "affiliation"),
            help=_("Key, tax code, ROR or name of an organisation in the registry."),
        ),
        Column("title", _("Position"), ("chuc vu", "vi tri", "job title")),
        Column("since", _("In the position since"), ("tu ngay", "from")),
        Column("bio_vi", _("Short biography (Vietnamese)"), ("tieu su", "gioi thieu")),
        Column("bio_en", _("Short biography (English)"), ("bio",)),
        Column(
            "keywords_vi",
            _("Keywords of expertise (Vietnamese)"),
            ("tu khoa", "huong nghien cuu", "chuyen mon"),
            help=_("Parted by semicolons."),
        ),
        Column(
            "keywords_en",
            _("Keywords of expertise (English)"),
            ("keywords", "expertise"),
            help=_("Parted by semicolons."),
        ),
        Column("is_expert", _("Available as an expert"), ("chuyen gia", "expert")),
        _FIELDS,
    ),
    ImportKind.WORKS: (
        _KEY,
        Column(
            "title", _("Title"), ("ten", "ten bai", "ten cong trinh"), required=True
        ),
        Column("year", _("Year"), ("nam", "nam cong bo", "publication year")),
        Column("kind", _("Kind"), ("loai", "type")),
        Column("venue", _("Published in"), ("tap chi", "journal", "noi cong bo")),
        Column("doi", "DOI", ()),
        Column(
            "abstract",
            _("Abstract"),
            ("tom tat", "summary"),
            help=_("By it experts are found who know a subject."),
        ),
        Column(
            "authors",
            _("Authors"),
            ("tac gia", "author", "nhom tac gia"),
            help=_(
                "Names, ORCID or e-mail addresses, separated by semicolons; those whom "
                "the registry knows are linked."
            ),
        ),
    ),
    ImportKind.ROR: (),
}


def guess_mapping(*, kind: str, headings: Iterable[str]) -> dict[str, str]:
    """Which heading fills which target, as far as the words tell: target -> heading."""
    given = list(headings)
    folded = [fold(h) for h in given]
    mapping: dict[str, str] = {}
    for column in COLUMNS[kind]:
        for wanted in (
            fold(column.name),
            fold(str(column.label)),
            *column.headings,
        ):
            free = [
                heading
                for heading, words in zip(given, folded, strict=True)
                if words == wanted and heading not in mapping.values()
            ]
            if free:
                mapping[column.name] = free[0]
                break
    return mapping


def missing_columns(*, kind: str, mapping: Mapping[str, str]) -> list[Column]:
    return [c for c in COLUMNS[kind] if c.required and c.name not in mapping]
