"""What other floors may ask of surveys."""

from opensti.domains.surveys.queries.answering import (
    Answering,
    Own,
    answering,
    done_of,
    own_page,
)
from opensti.domains.surveys.queries.asking import Instrument, Page, instrument_of
from opensti.domains.surveys.queries.results import (
    Change,
    ToldWave,
    changes_since,
    declined_in,
    needs_in,
    outcome,
    table_in,
    told_wave,
)
from opensti.domains.surveys.queries.rows import given_in, pilot_report
from opensti.domains.surveys.queries.waves import (
    Opened,
    opened,
    published_waves,
    units,
    wave,
    waves,
)

__all__ = [
    "Answering",
    "Change",
    "Instrument",
    "Opened",
    "Own",
    "Page",
    "ToldWave",
    "answering",
    "changes_since",
    "declined_in",
    "done_of",
    "given_in",
    "instrument_of",
    "needs_in",
    "opened",
    "outcome",
    "own_page",
    "pilot_report",
    "published_waves",
    "table_in",
    "told_wave",
    "units",
    "wave",
    "waves",
]
