"""Names of economies by their three letters, as data sources write them (ISO 3166-1 alpha-3).

Of those that productivity accounts compare; a code that is not here, such as a province's
or a word of a file, is shown as it stands.
"""

from __future__ import annotations

from opensti.kernel.bilingual import pick

NAMES: dict[str, tuple[str, str]] = {
    "AUS": ("Ô-xtrây-li-a", "Australia"),
    "BGD": ("Băng-la-đét", "Bangladesh"),
    "BRA": ("Bra-xin", "Brazil"),
    "BRN": ("Bru-nây", "Brunei"),
    "CAN": ("Ca-na-đa", "Canada"),
    "CHE": ("Thụy Sĩ", "Switzerland"),
    "CHN": ("Trung Quốc", "China"),
    "DEU": ("Đức", "Germany"),
    "DNK": ("Đan Mạch", "Denmark"),
    "ESP": ("Tây Ban Nha", "Spain"),
    "FIN": ("Phần Lan", "Finland"),
    "FRA": ("Pháp", "France"),
    "GBR": ("Anh", "United Kingdom"),
    "HKG": ("Hồng Công", "Hong Kong"),
    "IDN": ("In-đô-nê-xi-a", "Indonesia"),
    "IND": ("Ấn Độ", "India"),
    "ISR": ("I-xra-en", "Israel"),
    "ITA": ("I-ta-li-a", "Italy"),
    "JPN": ("Nhật Bản", "Japan"),
    "KHM": ("Cam-pu-chia", "Cambodia"),
    "KOR": ("Hàn Quốc", "Republic of Korea"),
    "LAO": ("Lào", "Laos"),
    "LKA": ("Xri Lan-ca", "Sri Lanka"),
    "MEX": ("Mê-hi-cô", "Mexico"),
    "MMR": ("Mi-an-ma", "Myanmar"),
    "MNG": ("Mông Cổ", "Mongolia"),
    "MYS": ("Ma-lai-xi-a", "Malaysia"),
    "NLD": ("Hà Lan", "Netherlands"),
    "NOR": ("Na Uy", "Norway"),
    "NZL": ("Niu Di-lân", "New Zealand"),
    "PAK": ("Pa-ki-xtan", "Pakistan"),
    "PHL": ("Phi-líp-pin", "Philippines"),
    "POL": ("Ba Lan", "Poland"),
    "RUS": ("Nga", "Russia"),
    "SGP": ("Xinh-ga-po", "Singapore"),
    "SWE": ("Thụy Điển", "Sweden"),
    "THA": ("Thái Lan", "Thailand"),
    "TUR": ("Thổ Nhĩ Kỳ", "Türkiye"),
    "TWN": ("Đài Loan", "Taiwan"),
    "USA": ("Hoa Kỳ", "United States"),
    "VNM": ("Việt Nam", "Viet Nam"),
    "ZAF": ("Nam Phi", "South Africa"),
}


def economy_name(code: str) -> str:
    """The name of an economy in the reader's language; a code that is not known itself."""
    known = NAMES.get(code)
    return pick(*known) if known else code
