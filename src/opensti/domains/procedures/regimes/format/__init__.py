"""What a regime file may say: the frozen words of one procedure.

Every fact rests on an article (``src``, ``art``) and says how far it was verified
(``v``). Reading a file into these classes is ``reading.py``; whether the whole makes
sense is ``soundness.py``.
"""

from opensti.domains.procedures.regimes.format.councils import (
    BallotRule,
    Bonus,
    ConflictRule,
    CouncilRule,
    Criterion,
    Outlier,
    QuorumRole,
    RatingRule,
    ScoreSheet,
    SeatRule,
    Share,
    Threshold,
)
from opensti.domains.procedures.regimes.format.facts import (
    Fact,
    Labelled,
    Option,
    Source,
    Switch,
)
from opensti.domains.procedures.regimes.format.forms import (
    Check,
    FieldType,
    Form,
    FormField,
    Paper,
    Publication,
    Section,
    ShowIf,
    SignedPaper,
)
from opensti.domains.procedures.regimes.format.regime import (
    Assumptions,
    Regime,
    StageTime,
    StepChance,
    Workload,
    facts,
)
from opensti.domains.procedures.regimes.format.tables import (
    ActorKind,
    AdviceRule,
    ApprovalRule,
    Deadline,
    Period,
    Stage,
    TaskType,
    TrackTable,
    Transition,
    TransitionRule,
)

__all__ = [
    "ActorKind",
    "AdviceRule",
    "ApprovalRule",
    "Assumptions",
    "BallotRule",
    "Bonus",
    "Check",
    "ConflictRule",
    "CouncilRule",
    "Criterion",
    "Deadline",
    "Fact",
    "FieldType",
    "Form",
    "FormField",
    "Labelled",
    "Option",
    "Outlier",
    "Paper",
    "Period",
    "Publication",
    "QuorumRole",
    "RatingRule",
    "Regime",
    "ScoreSheet",
    "SeatRule",
    "Section",
    "Share",
    "ShowIf",
    "SignedPaper",
    "Source",
    "Stage",
    "StageTime",
    "StepChance",
    "Switch",
    "TaskType",
    "Threshold",
    "TrackTable",
    "Transition",
    "TransitionRule",
    "Workload",
    "facts",
]
