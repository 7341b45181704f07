"""From a city, as geonames.org writes it, to the province it lies in today.

Provinces are those of Resolution 202/2025/QH15 (in force since 12 June 2025): 34 out of
63. Which of them have a code is the registry's own list; a registry that still keeps the
former provinces is served too. What ROR says of the province itself is not used: in
records of schema 2 it is often that of another code list (Hanoi in "An Giang").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

# The province after the merger: the former ones that are part of it.
MERGED = {
    "Tuyên Quang": ("Hà Giang",),
    "Lào Cai": ("Yên Bái",),
    "Thái Nguyên": ("Bắc Kạn",),
    "Phú Thọ": ("Vĩnh Phúc", "Hòa Bình"),
    "Bắc Ninh": ("Bắc Giang",),
    "Hưng Yên": ("Thái Bình",),
    "Hải Phòng": ("Hải Dương",),
    "Ninh Bình": ("Hà Nam", "Nam Định"),
    "Quảng Trị": ("Quảng Bình",),
    "Đà Nẵng": ("Quảng Nam",),
    "Quảng Ngãi": ("Kon Tum",),
    "Gia Lai": ("Bình Định",),
    "Khánh Hòa": ("Ninh Thuận",),
    "Lâm Đồng": ("Đắk Nông", "Bình Thuận"),
    "Đắk Lắk": ("Phú Yên",),
    "Hồ Chí Minh": ("Bình Dương", "Bà Rịa - Vũng Tàu"),
    "Đồng Nai": ("Bình Phước",),
    "Tây Ninh": ("Long An",),
    "Cần Thơ": ("Sóc Trăng", "Hậu Giang"),
    "Vĩnh Long": ("Bến Tre", "Trà Vinh"),
    "Đồng Tháp": ("Tiền Giang",),
    "Cà Mau": ("Bạc Liêu",),
    "An Giang": ("Kiên Giang",),
}
# Cities and districts that ROR names, where the name is not the province's own; only
# names that there is one of in the country.
CITIES = {
    "Biên Hòa": "Đồng Nai",
    "Buôn Ma Thuột": "Đắk Lắk",
    "Cái Răng District": "Cần Thơ",
    "Cao Lãnh": "Đồng Tháp",
    "Cửa Lò": "Nghệ An",
    "Đà Lạt": "Lâm Đồng",
    "Hà Đông": "Hà Nội",
    "Hoàn Kiếm": "Hà Nội",
    "Long Xuyên": "An Giang",
    "Mỹ Tho": "Tiền Giang",
    "Nha Trang": "Khánh Hòa",
    "Phan Thiết": "Bình Thuận",
    "Pleiku": "Gia Lai",
    "Quy Nhơn": "Bình Định",
    "Qui Nhơn": "Bình Định",
    "Rạch Giá": "Kiên Giang",
    "Quận Năm": "Hồ Chí Minh",
    "Tam Kỳ": "Quảng Nam",
    "Tân An": "Long An",
    "Thủ Dầu Một": "Bình Dương",
    "Thủ Đức": "Hồ Chí Minh",
    "Từ Sơn": "Bắc Ninh",
    "Tuy Hòa": "Phú Yên",
    "Uông Bí": "Quảng Ninh",
    "Việt Trì": "Phú Thọ",
    "Vinh": "Nghệ An",
    "Vũng Tàu": "Bà Rịa - Vũng Tàu",
}


def bare(text: str) -> str:
    """A place's name without what it is and without spaces: "Hanoi" is "Hà Nội"."""
    folded = fold(text)
    for word in ("thanh pho ", "tinh ", "thi xa ", "city of "):
        folded = folded.removeprefix(word)
    for word in (" city", " province"):
        folded = folded.removesuffix(word)
    return folded.replace(" ", "")


_CITIES = {bare(city): province for city, province in CITIES.items()}
_TODAY = {bare(old): new for new, olds in MERGED.items() for old in olds}


def provinces_of(place: str) -> Iterator[str]:
    """The names under which the province of a place may stand, the nearest first."""
    yield place
    name = _CITIES.get(bare(place), place)
    if name != place:
        yield name
    today = _TODAY.get(bare(name))
    if today:
        yield today
