"""Names as they are borne, with how often, and the ways in which works print them."""

from __future__ import annotations

from sti_methods.identities.names import fold

SURNAMES = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 10), ("Phạm", 7), ("Hoàng", 3), ("Huỳnh", 2),
    ("Phan", 4), ("Vũ", 2), ("Võ", 2), ("Đặng", 2), ("Bùi", 2), ("Đỗ", 1.5), ("Hồ", 1.3),
    ("Ngô", 1.3), ("Dương", 1), ("Lý", 0.5), ("Đinh", 1), ("Trịnh", 0.8), ("Mai", 0.7),
    ("Đào", 0.7), ("Tô", 0.4), ("Cao", 0.5), ("Lâm", 0.4), ("Lưu", 0.4),
)  # fmt: skip
MIDDLES = (
    ("Văn", 14), ("Thị", 14), ("Đức", 5), ("Minh", 6), ("Quang", 5), ("Ngọc", 5), ("Hữu", 4),
    ("Xuân", 4), ("Thanh", 5), ("Thu", 3), ("Hồng", 3), ("Anh", 2), ("Đình", 3), ("Công", 2),
    ("Thành", 2), ("Quốc", 3), ("Bá", 1), ("Trọng", 2), ("Kim", 2), ("Phương", 2),
    ("Thị Thu", 3), ("Thị Thanh", 2), ("Thị Ngọc", 2), ("Hoàng Minh", 1), ("Thị Hồng", 2),
)  # fmt: skip
GIVEN = [
    "Anh",
    "An",
    "Ân",
    "Bình",
    "Bảo",
    "Chi",
    "Chung",
    "Cường",
    "Cương",
    "Dũng",
    "Dung",
    "Duy",
    "Đạt",
    "Đức",
    "Giang",
    "Hà",
    "Hải",
    "Hằng",
    "Hạnh",
    "Hiền",
    "Hiếu",
    "Hiệp",
    "Hoa",
    "Hòa",
    "Hoàng",
    "Hùng",
    "Hưng",
    "Hương",
    "Huy",
    "Huyền",
    "Khánh",
    "Khoa",
    "Kiên",
    "Lan",
    "Lâm",
    "Linh",
    "Long",
    "Loan",
    "Lý",
    "Mai",
    "Mạnh",
    "Minh",
    "My",
    "Nam",
    "Nga",
    "Ngọc",
    "Nhung",
    "Oanh",
    "Phong",
    "Phúc",
    "Phương",
    "Quân",
    "Quang",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Tân",
    "Thắng",
    "Thảo",
    "Thành",
    "Thanh",
    "Thịnh",
    "Thủy",
    "Thùy",
    "Tiến",
    "Toàn",
    "Trang",
    "Trung",
    "Tú",
    "Tuấn",
    "Tùng",
    "Tuyết",
    "Uyên",
    "Vân",
    "Việt",
    "Vinh",
    "Yến",
]


def printed(name: str, style: str) -> str:
    words = name.split()
    bare = [fold(w).capitalize() for w in words]
    if style == "marked":
        return name
    if style == "bare":
        return " ".join(bare)
    if style == "west":
        return " ".join([bare[-1], *bare[1:-1], bare[0]])
    if style == "west2":
        return " ".join([*bare[1:], bare[0]])
    if style == "short":
        return f"{bare[-1]} {bare[0]}"
    if style == "comma":
        return f"{bare[0]}, {''.join(f'{w[0]}.' for w in bare[1:])}"
    return f"{bare[0]} {' '.join(f'{w[0]}.' for w in bare[1:])}"


STYLES = ("marked", "bare", "west", "west2", "comma", "letters", "short")
