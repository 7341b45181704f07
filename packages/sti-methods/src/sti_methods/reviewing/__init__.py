"""Reviews written before a council meets: agreement, outliers, signs of little effort.

Frozen scores and texts in, figures out; nothing here excludes anybody. A sign is a
figure with the bound it was compared with, for a person to look at.
"""

from sti_methods.reviewing.agreement import (
    Agreement,
    Disagreement,
    agreement,
    disagreements,
    icc,
    krippendorff_alpha,
)
from sti_methods.reviewing.signs import (
    Bounds,
    Sign,
    Written,
    robust_distance,
    shared_part,
    signs,
)

__all__ = [
    "Agreement",
    "Bounds",
    "Disagreement",
    "Sign",
    "Written",
    "agreement",
    "disagreements",
    "icc",
    "krippendorff_alpha",
    "robust_distance",
    "shared_part",
    "signs",
]
