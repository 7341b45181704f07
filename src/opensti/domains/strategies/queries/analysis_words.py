"""What the analyses of an index refuse, in words with the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.queries import index_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from sti_methods.composite import Unfit

    Words = _StrPromise

__all__ = ["words_of"]

FAULTS: dict[str, Words] = {
    # assumptions and runs
    "several_roots": _(
        "the tree has %(roots)s codes at its top; hang them on one index."
    ),
    "not_positive_run": _(
        "run %(run)s: %(unit)s has %(value)s in “%(code)s”, and a %(method)s mean needs more than 0; normalise from 1 to 100 in the assumptions, or leave that mean out. No run is skipped."
    ),
    "nothing_left_run": _(
        "run %(run)s: no unit has an index; change fewer things at a time."
    ),
    "nothing_ranked_run": _(
        "run %(run)s: no unit has a rank both there and as the recipe stands; change fewer things at a time."
    ),
    "screening_found": _(
        "an option of screening keeps an indicator that the recipe leaves out, and weights of indicators are found from the data; give weights, or screen no less."
    ),
    "few_points": _("%(points)s points are too few to tell; ask for more --points."),
    "no_levels": _("no code with a weight is on these levels; name others."),
    "spread": _("%(spread)s is no spread of weights; write more than 0, up to 1."),
    "no_options": _("there is nothing to choose from; write a list of options."),
    "unknown_mean": _("“%(mean)s” is no kind of mean; write one of %(known)s."),
    "change": _("“%(key)s” is no assumption; there are %(known)s."),
    "assumption_list": _("a list of options belongs here; write “[first, second]”."),
    "assumption_points": _("“%(value)s” is no number of points; write 0, 1, 2 …"),
    "assumption_weights": _(
        "levels and spread belong here; write “{levels: [2, 3], spread: 0.25}”."
    ),
    "assumption_level": _("“%(value)s” is no level; write 1, 2, 3 …"),
    "few_factors": _("there is no assumption; name at least one of %(known)s."),
    # comparisons and points
    "no_codes": _("there is nothing to weigh; write the codes in row 1."),
    "no_judges": _("there is no comparison; write the rows below row 1."),
    "no_experts": _("there is no expert; write the rows below row 1."),
    "too_many": _(
        "%(codes)s things are compared, up to %(most)s can be judged; put them in groups."
    ),
    "code_twice": _("“%(code)s” stands here twice; leave one out."),
    "expert_twice": _("“%(expert)s” stands here twice; leave one of the rows out."),
    "no_number": _("this is no number above 0; write one like 3, 0.5 or 1/3."),
    "no_points": _("this is no number of points; write one like 25."),
    "not_positive": _("%(stated)s is no comparison; write a number above 0."),
    "below_nothing": _("%(points)s is below 0; write the points given."),
    "beyond_scale": _(
        "%(stated)s is beyond every scale (the usual ends at 9); write up to %(most)s, and no less than one part of it."
    ),
    "diagonal": _("%(stated)s: a thing is as important as itself; write 1."),
    "reciprocal": _(
        "%(row)s to %(column)s is %(stated)s, but %(column)s to %(row)s is %(back)s; the two are each other's reciprocal: mend one, or leave it empty."
    ),
    "inconsistent": _(
        "the comparisons contradict each other (consistency ratio %(ratio)s, at most 0.10 is usual); ask first about %(row)s to %(column)s: it says %(stated)s, the rest implies %(implied)s."
    ),
    "inconsistent_together": _(
        "the judges together contradict themselves (consistency ratio %(ratio)s, at most 0.10 is usual); ask first about %(row)s to %(column)s: it says %(stated)s, the rest implies %(implied)s."
    ),
    "sum": _("the points sum to %(sum)s; give out %(needed)s."),
    "row_missing": _("the row of “%(code)s” is missing; write it."),
    "row_unknown": _("“%(code)s” is no column; rows and columns name the same things."),
    "row_twice": _("the row of “%(code)s” stands here twice; leave one out."),
    "judged_unknown": _(
        "“%(code)s” is no part of this index that can be weighed; there are: %(known)s."
    ),
    "judged_apart": _(
        "“%(code)s” belongs to “%(parent)s”, but “%(first)s” to “%(other)s”; one table weighs the parts of one whole."
    ),
    "judged_missing": _(
        "“%(code)s” belongs to “%(parent)s” as well and has no column; add it, every part of the whole is judged."
    ),
    "no_expert": _("the name of the expert is missing; write it."),
    # comparing two folders
    "unknown_code": _("no column is named “%(code)s”; name one that there is."),
    "no_units": _("no unit has a score of “%(code)s” in either; compare another."),
    "unit_twice": _("“%(name)s” stands here twice; leave one of the rows out."),
}


def words_of(fault: Unfit, *, kind: str = "") -> str:
    """The fault as a sentence with its mend, in the active language.

    One of an option that is tried in place of the recipe's says which.
    """
    name = kind or fault.kind
    about = {
        key: f"{value:.4g}" if isinstance(value, float) else value
        for key, value in fault.about.items()
    }
    what = str(FAULTS[name]) % about if name in FAULTS else index_words.words_of(fault)
    if "option" not in about:
        return what
    return str(_("with %(factor)s “%(option)s”: %(what)s")) % {**about, "what": what}
