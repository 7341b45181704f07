"""Likeness of meaning beside that of words, where a sentence model is at hand.

Models spread their cosines differently: texts that have nothing in common reach .05 with
one and .75 with another. So a cosine is counted from there: ``(cosine - unrelated) /
(1 - unrelated)``, where ``unrelated`` is the mean cosine of twelve texts of twelve
fields, in the query's language, that the model itself is asked for.

The twelve Vietnamese texts say the same as the English ones. A model that finds at least
ten of them in the other language, both ways, reads both; only then it has a say across.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sti_methods.similarity.languages import main_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sti_methods.similarity.records import Record

MEANING = "meaning"
# Differences below this are noise of the machine.
STEP = 2.0**-16
ACROSS, ENOUGH_PAIRS = "across", 10
UNRELATED = {
    "en": (
        "Breeding rice varieties that tolerate salt water in river deltas.",
        "A vibration sensor for early detection of bearing faults in cement mills.",
        "Vaccine candidates against African swine fever.",
        "Monetary policy and household savings during inflation.",
        "Numerical relativity of merging black holes.",
        "Restoring the wall paintings of a seventeenth-century pagoda.",
        "Lithium iron phosphate cathodes from recycled batteries.",
        "Teaching deaf children to read with pictures.",
        "Satellite radar maps of landslides in mountain provinces.",
        "Encryption of messages that quantum computers cannot break.",
        "Treating wastewater of textile dyeing with activated sludge.",
        "Court procedure for disputes about land between neighbours.",
    ),
    "vi": (
        "Chọn tạo giống lúa chịu mặn cho vùng đồng bằng ven sông.",
        "Cảm biến rung động phát hiện sớm hư hỏng ổ bi máy nghiền xi măng.",
        "Vắc xin phòng bệnh dịch tả lợn châu Phi.",
        "Chính sách tiền tệ và tiết kiệm của hộ gia đình khi lạm phát.",
        "Mô phỏng số sự sáp nhập của hai hố đen.",
        "Phục chế tranh tường ngôi chùa thế kỷ mười bảy.",
        "Vật liệu điện cực từ pin thải tái chế.",
        "Dạy trẻ khiếm thính tập đọc bằng hình ảnh.",
        "Bản đồ sạt lở đất miền núi từ ảnh vệ tinh.",
        "Mã hóa thông tin chống máy tính lượng tử.",
        "Xử lý nước thải dệt nhuộm bằng bùn hoạt tính.",
        "Thủ tục tòa án giải quyết tranh chấp ranh giới nhà ở.",
    ),
}


class SentenceModel(Protocol):
    """What is asked of a sentence model; `sti_methods.embeddings.Encoder` is one."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    def encode(self, texts: Iterable[str]) -> NDArray[np.float32]: ...

    def cut(self, texts: Sequence[str]) -> NDArray[np.bool_]: ...


def text_of(record: Record) -> str:
    """Return what a model is given of a record: title first, so that it is never cut."""
    return f"{record.title}\n{record.body}".strip()


class Meanings:
    """The records of an index as a model understands them; worked out when asked.

    Keeps their texts, and the vectors of those that were candidates once: 1.5 kB each.
    """

    def __init__(self, encoder: SentenceModel) -> None:
        self.encoder = encoder
        self._texts: list[str] = []
        self._of: dict[int, NDArray[np.float32]] = {}
        self._unrelated: dict[str, float] = {}

    def append(self, record: Record) -> None:
        self._texts.append(text_of(record))

    def likeness(
        self, query: Record, rows: NDArray[np.int64], *, across: bool = False
    ) -> NDArray[np.float64]:
        """Return how near in meaning rows are to a query: 1 the same, 0 unrelated or less.

        Whole multiples of 2⁻¹⁶. Cost: one text for the encoder, and each row that was
        not asked about before.
        """
        new = [int(row) for row in rows if int(row) not in self._of]
        found = self.encoder.encode([text_of(query), *(self._texts[n] for n in new)])
        self._of.update(zip(new, found[1:], strict=True))
        asked = found[0].astype(np.float64)
        cosines = np.array([self._of[int(row)] @ asked for row in rows], np.float64)
        within = "vi" if main_language(query) == "vi" else "en"
        least = self.unrelated(ACROSS if across else within)
        near = np.maximum((cosines - least) / (1 - least), 0)
        return np.asarray(np.round(near / STEP) * STEP, np.float64)

    def unrelated(self, language: str) -> float:
        """Return the mean cosine of texts that have nothing in common.

        ``language``: ``vi``, ``en``, or ``across`` for one of each.
        """
        if language not in self._unrelated:
            if language == ACROSS:
                cosines = self._across()
                every = cosines[~np.eye(len(cosines), dtype=np.bool_)].tolist()
            else:
                vectors = self.encoder.encode(UNRELATED[language]).astype(np.float64)
                every = [float(a @ b) for a, b in combinations(vectors, 2)]
            self._unrelated[language] = min(float(np.mean(every)), 1 - STEP)
        return self._unrelated[language]

    @cached_property
    def bilingual(self) -> bool:
        """Whether the model finds a text's translation among those of other fields."""
        cosines = self._across()
        own = np.arange(len(cosines))
        found = (cosines.argmax(axis=n) == own for n in (0, 1))
        return all(int(right.sum()) >= ENOUGH_PAIRS for right in found)

    def _across(self) -> NDArray[np.float64]:
        """Return the cosine of each Vietnamese text with each English one."""
        vi, en = (
            self.encoder.encode(UNRELATED[language]).astype(np.float64)
            for language in ("vi", "en")
        )
        return vi @ en.T
