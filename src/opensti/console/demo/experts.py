"""The experts of the demonstration: where they work, what they studied, what they wrote."""

from __future__ import annotations

from dataclasses import dataclass

# Codes of provinces as the state counts them.
PROVINCES: tuple[tuple[str, str, str], ...] = (
    ("01", "Hà Nội", "Hanoi"),
    ("31", "Hải Phòng", "Hai Phong"),
    ("48", "Đà Nẵng", "Da Nang"),
    ("79", "Thành phố Hồ Chí Minh", "Ho Chi Minh City"),
)
# Nobody's real employer, and no applicant of the stories: (kind, vi, en, province).
EMPLOYERS: tuple[tuple[str, str, str, str], ...] = (
    ("university", "Đại học Kỹ thuật Sông Hồng", "Song Hong University of Engineering", "01"),
    ("institute", "Viện Kỹ thuật điện Bắc Hà", "Bac Ha Institute of Electrical Engineering", "01"),
    ("institute", "Viện Hóa học và Vật liệu Tràng An", "Trang An Institute of Chemistry and Materials", "01"),
    ("university", "Đại học Công nghệ Hàn Giang", "Han Giang University of Technology", "48"),
    ("university", "Đại học Nông nghiệp và Thực phẩm Gia Định", "Gia Dinh University of Agriculture and Food", "79"),
    ("institute", "Viện Luyện kim và Hàn Thủy Nguyên", "Thuy Nguyen Institute of Metallurgy and Welding", "31"),
    ("institute", "Viện Môi trường công nghiệp Phương Nam", "Phuong Nam Institute of Industrial Environment", "79"),
    ("enterprise", "Công ty cổ phần Tự động hóa Bình Minh", "Binh Minh Automation JSC", "01"),
    ("enterprise", "Công ty cổ phần Dệt may và Da giày Bến Nghé", "Ben Nghe Textile and Footwear JSC", "79"),
    ("university", "Đại học Xây dựng Kinh Bắc", "Kinh Bac University of Construction", "01"),
    ("enterprise", "Công ty cổ phần Cơ điện nông nghiệp Cửu Long", "Cuu Long Agricultural Machinery JSC", "79"),
    ("association", "Hiệp hội Đổi mới công nghệ Miền Trung", "Central Association for Technological Innovation", "48"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the registry knows of an expert; ``topics`` are places in ``texts.TOPICS``.

    The ORCID iDs have right check digits and lie where none is given out.
    """

    field: str
    post: tuple[str, str]
    subject: tuple[str, str]
    born: int
    orcid: str
    topics: tuple[int, ...]
    title: str = ""
    degree: str = "doctor"
    works: bool = True


LECTURER = ("Giảng viên cao cấp", "Senior lecturer")
RESEARCHER = ("Nghiên cứu viên chính", "Principal researcher")
ENGINEER = ("Giám đốc kỹ thuật", "Technical director")
PROFILES: tuple[Profile, ...] = (
    Profile(
        field="mechanics", post=("Trưởng khoa Cơ khí", "Dean of mechanics"),
        subject=("Công nghệ chế tạo máy", "Mechanical engineering"),
        born=1964, orcid="0009-0099-0000-0013", topics=(5, 45, 31, 35),
        title="professor", degree="doctor_of_science",
    ),
    Profile(
        field="electronics", post=RESEARCHER,
        subject=("Điện tử công suất", "Power electronics"),
        born=1971, orcid="0009-0099-0000-0021", topics=(19, 38, 24, 10), title="associate_professor",
    ),
    Profile(
        field="materials", post=("Trưởng phòng Vật liệu polyme", "Head of polymers"),
        subject=("Hóa học cao phân tử", "Polymer chemistry"),
        born=1975, orcid="0009-0099-0000-003X", topics=(14, 32, 40, 47), title="associate_professor",
    ),
    Profile(
        field="energy", post=LECTURER,
        subject=("Kỹ thuật nhiệt", "Thermal engineering"),
        born=1968, orcid="0009-0099-0000-0048", topics=(1, 16, 41, 12),
    ),
    Profile(
        field="food", post=LECTURER,
        subject=("Công nghệ thực phẩm", "Food technology"),
        born=1979, orcid="0009-0099-0000-0056", topics=(2, 7, 18, 29), title="associate_professor",
    ),
    Profile(
        field="materials", post=("Phó viện trưởng", "Deputy director"),
        subject=("Kỹ thuật luyện kim", "Metallurgy"),
        born=1966, orcid="0009-0099-0000-0064", topics=(25, 43, 30, 37),
    ),
    Profile(
        field="materials", post=RESEARCHER,
        subject=("Kỹ thuật môi trường", "Environmental engineering"),
        born=1983, orcid="0009-0099-0000-0072", topics=(20, 36, 33, 44),
    ),
    Profile(
        field="electronics", post=ENGINEER,
        subject=("Điều khiển và tự động hóa", "Control and automation"),
        born=1977, orcid="0009-0099-0000-0080", topics=(0, 8, 15, 26),
    ),
    Profile(
        field="materials", post=ENGINEER,
        subject=("Công nghệ dệt may", "Textile technology"),
        born=1973, orcid="0009-0099-0000-0099", topics=(3, 11, 22, 28), degree="master",
    ),
    Profile(
        field="materials", post=LECTURER,
        subject=("Vật liệu xây dựng", "Building materials"),
        born=1970, orcid="0009-0099-0000-0101", topics=(4, 9, 17, 27),
    ),
    Profile(
        field="mechanics", post=("Trưởng phòng phát triển sản phẩm", "Head of development"),
        subject=("Cơ khí nông nghiệp", "Agricultural machinery"),
        born=1989, orcid="0009-0099-0000-011X", topics=(6, 13, 21, 39),
    ),
    # Has written nothing that the registry knows: declared keywords alone speak.
    Profile(
        field="policy", post=("Phó tổng thư ký", "Deputy secretary general"),
        subject=("Kinh tế công nghiệp", "Industrial economics"),
        born=1990, orcid="", topics=(34, 46, 42, 23), degree="master", works=False,
    ),
)  # fmt: skip
# Ways to write of a piece of work, in each language: what was done, how, what came out.
ABSTRACTS_VI: tuple[str, ...] = (
    (
        "Bài báo trình bày kết quả nghiên cứu {topic}. Mô hình thử nghiệm được chế tạo và đo kiểm "
        "trong {n} tháng tại một cơ sở sản xuất; sai số lặp lại dưới {share} %. Kết quả cho thấy chi "
        "phí vận hành giảm {gain} % so với phương án đang dùng."
    ),
    (
        "Chúng tôi khảo sát {n} cơ sở và đề xuất phương án thiết kế cho {topic}. Các thông số chính được "
        "chọn bằng quy hoạch thực nghiệm, kiểm chứng trên mẫu thật. Tỷ lệ sản phẩm lỗi giảm {gain} %, "
        "thời gian hoàn vốn ước tính {share} năm."
    ),
)
ABSTRACTS_EN: tuple[str, ...] = (
    (
        "We report on {topic}. A prototype was built and measured for {n} months at a plant; repeated "
        "measurements differ by less than {share} %. Operating costs fell by {gain} % against the "
        "process in use."
    ),
    (
        "This paper surveys {n} plants and proposes a design for {topic}. Its main parameters were "
        "chosen by planned experiments and verified on full-size samples: rejects fell by {gain} %, "
        "and the investment returns within {share} years."
    ),
)
