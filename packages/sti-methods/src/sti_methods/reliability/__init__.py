"""Whether answers can be trusted and compared: consistency, factors, agreement, groups, samples."""

from sti_methods.reliability.agreeing import (
    GroupAgreement,
    Rater,
    Within,
    agreement_of_groups,
    agreement_within,
    raters,
)
from sti_methods.reliability.comparing import (
    Effect,
    Overall,
    Pair,
    Welch,
    dunn_holm,
    games_howell,
    hedges_g,
    holm,
    kruskal_wallis,
    welch,
    welch_anova,
)
from sti_methods.reliability.consistency import (
    Consistency,
    Item,
    consistency,
    htmt,
    items_of,
)
from sti_methods.reliability.factors import (
    Fit,
    average_variance,
    fit_factors,
    omega,
    omega_observed,
)
from sti_methods.reliability.invariance import Invariance, Step, invariance
from sti_methods.reliability.ordered import ordinal_alpha, polychoric
from sti_methods.reliability.sampling import (
    Mean,
    Weights,
    allocation,
    kish,
    weighted_mean,
    weights,
)

__all__ = [
    "Consistency",
    "Effect",
    "Fit",
    "GroupAgreement",
    "Invariance",
    "Item",
    "Mean",
    "Overall",
    "Pair",
    "Rater",
    "Step",
    "Weights",
    "Welch",
    "Within",
    "agreement_of_groups",
    "agreement_within",
    "allocation",
    "average_variance",
    "consistency",
    "dunn_holm",
    "fit_factors",
    "games_howell",
    "hedges_g",
    "holm",
    "htmt",
    "invariance",
    "items_of",
    "kish",
    "kruskal_wallis",
    "omega",
    "omega_observed",
    "ordinal_alpha",
    "polychoric",
    "raters",
    "weighted_mean",
    "weights",
    "welch",
    "welch_anova",
]
