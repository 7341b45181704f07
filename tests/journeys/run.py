"""Who walks through the house together, and what they call things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tests.journeys.house import House
    from tests.journeys.people import Person

MACHINES = (
    ("máy nghiền xi măng", "cement mills"),
    ("lò nung gạch", "brick kilns"),
    ("tuabin thủy điện", "hydro turbines"),
    ("băng tải than", "coal conveyors"),
)


@dataclass
class Name:
    """What something is called; everybody reads their own language."""

    vi: str
    en: str

    def fields(self) -> dict[str, str]:
        return {"title_vi": self.vi, "title_en": self.en}


@dataclass
class Run:
    """One walk through the house, by people of one language at screens of one size."""

    number: int
    language: str
    size: dict[str, int]
    house: House
    place: Path
    somebody: Callable[..., Person]
    here: dict[str, Person] = field(default_factory=dict)
    meets: datetime | None = None

    def __post_init__(self) -> None:
        vi, en = MACHINES[self.number]
        self.titles = (
            Name(f"Hệ thống báo sớm hỏng hóc {vi}", f"Early warning of faults in {en}"),
            Name(f"Bộ đo rung không dây cho {vi}", f"Wireless meters of shaking {en}"),
        )
        self.list = Name(f"Danh mục đặt hàng về {vi}", f"Orders on {en}, a list")
        self.call = Name(f"Tuyển chọn nhiệm vụ về {vi}", f"Call for tasks on {en}")
        self.council = Name(f"Hội đồng xét chọn về {vi}", f"Selection council on {en}")
        self.scenario = Name(f"Trong dự toán về {vi}", f"Within budget for {en}")
        self.code = f"BCT-HT-0{self.number + 1}"
        self.decided = f"{56 + self.number}/QĐ-ĐMST"

    def read(self, name: Name) -> str:
        """What the people of this walk call it."""
        return name.en if self.language == "en" else name.vi

    def others(self) -> list[str]:
        """What only readers of the other language call it."""
        names = (*self.titles, self.list, self.call, self.council, self.scenario)
        return [n.vi if self.language == "en" else n.en for n in names]

    def money(self, amount: int) -> str:
        """An amount as these people type it."""
        grouped = f"{amount:,}"
        return grouped if self.language == "en" else grouped.replace(",", ".")

    def who(self, name: str = "") -> Person:
        """Somebody sits down at the browser they always use, and is at work."""
        if name in self.here:
            return self.here[name].come_back()
        self.here[name] = self.somebody(
            name, language=self.language, size=self.size, others=self.others()
        )
        return self.here[name]
