"""From scores of several reviewers to merit with its uncertainty.

A linear mixed model of proposals and reviewers, its counterpart for ballots in steps, and
plain means where the design tells no more. See docs/methods/calibration.md.
"""

from sti_methods.calibration.ordinal import Steps
from sti_methods.calibration.ranking import Ranking, calibrate, plain_means
from sti_methods.calibration.reviews import Faulty, Reviews
from sti_methods.calibration.variances import Variances

__all__ = [
    "Faulty",
    "Ranking",
    "Reviews",
    "Steps",
    "Variances",
    "calibrate",
    "plain_means",
]
