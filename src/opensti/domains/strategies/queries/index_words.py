"""What is wrong with an index, in words with the mend, at its row and column or line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from sti_methods.composite import Unfit

    Words = _StrPromise

__all__ = ["COLUMNS", "RECIPE_PATHS", "words_of"]

# Faults of an element stand at its row of the tree, in this column.
COLUMNS = {
    "missing_weight": "Weight",
    "weight_sum": "Weight",
    "weights_negative": "Weight",
    "weights_constant": "Weight",
    "weights_few": "Weight",
    "weights_collinear": "Weight",
    "weights_balance": "Weight",
    "no_target": "Target",
    "target_low": "Target",
    "direction_none": "Direction",
}
# Faults of the whole stand at this line of the recipe.
RECIPE_PATHS = {
    "nobody_left": "screen.units",
    "no_indicator_left": "screen.indicators",
    "em_few": "impute.method",
    "em_singular": "impute.method",
    "em_steps": "impute.method",
    "outside_bands": "bands",
    "year_unknown": "year",
    "weights_level": "weights.levels",
    "no_reference": "normalise.reference",
}
FAULTS: dict[str, Words] = {
    # the table of the tree
    "empty": _("there is no row below row 1; write the table there."),
    "no_column": _("row 1 lacks this column; add it."),
    "no_code": _("the code is missing; write it."),
    "fixed": _("“%(code)s” is a name of the data table; give it another code."),
    "twice": _(
        "“%(code)s” stands in row %(before)s already; leave one of the two out."
    ),
    "type": _("“%(value)s” is no type; write one of %(known)s."),
    "level": _(
        "“%(value)s” is no level of an %(type)s; indicators have 1, aggregates 2, 3 …"
    ),
    "direction": _(
        "“%(value)s” is no direction; write 1 where more is better, -1 where less is."
    ),
    "direction_aggregate": _(
        "“%(value)s”: an aggregate always has direction 1; turn its indicators instead."
    ),
    "weight": _("“%(value)s” is no weight; write 0 or more."),
    "number": _(
        "“%(value)s” is no number; write it as 1234.5, and leave the cell empty where nothing is known."
    ),
    "parent_unknown": _("no aggregate has the code “%(parent)s”; write one that has."),
    "parent_level": _(
        "“%(code)s” is at level %(level)s and its parent “%(parent)s” at %(parent_level)s; the parent is an aggregate one level above."
    ),
    "cycle": _("“%(code)s” is above itself; write another parent."),
    "no_parent": _("“%(code)s” has no parent; write the code of the aggregate above."),
    "no_children": _(
        "nothing has “%(code)s” as its parent; leave it out or hang indicators on it."
    ),
    "no_indicator": _("there is no indicator; give at least one row this type."),
    "denominator_unknown": _(
        "no row of type Denominator has the code “%(code)s”; add it or correct the name."
    ),
    "not_in_data": _(
        "the data table has no column “%(code)s”; add it or leave this row out."
    ),
    # the table of data
    "not_in_meta": _(
        "the table of the tree has no row with this code; add one (type Other if it is only to be read)."
    ),
    "aggregate_in_data": _(
        "this is an aggregate: it is worked out; leave the column out."
    ),
    "year": _("“%(value)s” is no year; write it as 2026."),
    "no_year": _("the year is missing, other rows have one; write it."),
    "year_unknown": _(
        "no row is of the year %(code)s (there are: %(known)s); correct it, or add the rows."
    ),
    "denominator_sign": _(
        "“%(code)s” of %(unit)s would be divided by %(value)s; a denominator is above 0."
    ),
    # steps
    "nothing_left": _(
        "nothing is left below “%(code)s”; keep an indicator there, or leave “%(code)s” out too."
    ),
    "nobody_left": _(
        "only %(left)s units have %(least)s of the data; ask for less, or leave thin indicators out."
    ),
    "no_indicator_left": _("no indicator has %(least)s of the data; ask for less."),
    "impute_nothing": _(
        "“%(code)s” has no value in the group “%(group)s” to fill %(units)s from; take another group, or leave it out."
    ),
    "impute_no_group": _(
        "%(unit)s has no group in “%(group)s”, and “%(code)s” is to be filled from it; write the group."
    ),
    "impute_no_years": _(
        "there are no earlier years to fill from; add their rows, or impute otherwise."
    ),
    "em_few": _(
        "“%(parent)s” has %(indicators)s indicators and %(units)s units: too few to expect missing values; take a mean of groups."
    ),
    "em_singular": _(
        "indicators of “%(parent)s” repeat each other or do not vary; leave one out, or take a mean of groups."
    ),
    "em_steps": _(
        "the missing values of “%(parent)s” do not settle in %(steps)s steps; take a mean of groups."
    ),
    "no_values": _("“%(code)s” has no value at all; leave it out."),
    "constant": _(
        "“%(code)s” is %(value)s everywhere: %(method)s cannot tell units apart; leave it out."
    ),
    "no_target": _("“%(code)s” has no target; write it."),
    "target_low": _(
        "the target %(target)s of “%(code)s” is no better than the worst unit (%(worst)s); check target and direction."
    ),
    "no_posts": _("“%(code)s” has no goalposts; write them in normalise.posts."),
    "logged_scale": _(
        "“%(code)s” was logged and %(method)s is on its own scale; add it to treat.leave."
    ),
    "no_reference": _(
        "the reference %(unit)s left, or has no value in “%(code)s”; take another unit."
    ),
    "reference_low": _(
        "the reference %(unit)s is the worst in “%(code)s”; take another unit."
    ),
    "direction_none": _(
        "“%(code)s” is better when less: it cannot stay as it is; normalise it."
    ),
    "missing_weight": _("“%(code)s” has no weight (%(set)s); write it, 0 for none."),
    "weight_sum": _(
        "the weights below “%(code)s” add up to nothing; give one of them more than 0."
    ),
    "weights_level": _(
        "there is nothing to weigh at level %(level)s; levels are 1 and up, below %(top)s."
    ),
    "weights_negative": _(
        "“%(code)s” would weigh below nothing: what is under “%(parent)s” does not measure one thing; regroup it, leave the code out, or give weights."
    ),
    "weights_constant": _(
        "“%(code)s” is the same for all units: no weight can be found; leave it out."
    ),
    "weights_few": _(
        "only %(units)s units have all that is under “%(parent)s”, %(needed)s are needed to find weights; impute, or give weights."
    ),
    "weights_collinear": _(
        "under “%(parent)s” one code follows from the others: no weights can be found; leave one out, or give weights."
    ),
    "weights_balance": _(
        "“%(code)s” would need a weight of nothing or less to balance “%(parent)s”; regroup it, or give weights."
    ),
    "not_positive": _(
        "%(unit)s has %(value)s in “%(code)s”: a %(method)s mean needs more than 0; normalise from 1 to 100, or take the arithmetic mean."
    ),
    "outside_bands": _("the score %(score)s is in no band; widen the bands."),
    # the recipe
    "recipe_mapping": _("names with values belong here; write “name: value”."),
    "recipe_key": _("this is not known here; there are %(known)s."),
    "recipe_near": _("this is not known here; is it “%(near)s”?"),
    "recipe_empty": _(
        "this is named but says nothing, and no step is skipped in silence; fill it in or delete the line."
    ),
    "recipe_choice": _("“%(value)s” is not known here; there are %(known)s."),
    "recipe_text": _("“%(value)s” is no name; write a text."),
    "recipe_flag": _("“%(value)s” is neither true nor false; write one of them."),
    "recipe_number": _("“%(value)s” is no number; write it as 0.9 or 100."),
    "recipe_whole": _("%(value)s is no whole number; write 0, 1, 2 …"),
    "recipe_range": _("%(value)s is out of range; write %(least)s to %(most)s."),
    "recipe_list": _("a list belongs here; write “[first, second]”."),
    "recipe_pair": _("two numbers belong here, the lower first: “[0, 100]”."),
    "recipe_ends": _("the upper end is not above the lower (%(lowest)s); raise it."),
    "recipe_level": _("levels that are worked out are 2, 3, 4 …; write one of them."),
    "recipe_levels": _("a list of levels belongs here; write “[1]” or “[1, 2]”."),
    "recipe_needs": _("%(method)s needs this; write it."),
    "recipe_unused": _("%(method)s has no use for this; delete it."),
    "recipe_unknown_code": _(
        "nothing in the tree has the code “%(code)s”; correct or delete it."
    ),
    "recipe_unknown_group": _(
        "there is no column of groups “%(code)s”; there are: %(known)s."
    ),
    "recipe_unknown_denominator": _(
        "there is no denominator “%(code)s”; correct or delete it."
    ),
    "recipe_unknown_unit": _(
        "no unit has the code “%(code)s”; write the uCode of one."
    ),
    "recipe_judged": _(
        "the judges gave “%(code)s” the weight %(judged)s and this is another; write theirs, or keep your weights in a set of another name."
    ),
    "bands_join": _(
        "this band does not begin where “%(before)s” ends, or both (or neither) hold the border; mend low, closed_low or closed_high."
    ),
    "bands_twice": _("the band “%(code)s” stands here twice; leave one out."),
}


def words_of(fault: Unfit) -> str:
    """The fault as a sentence with its mend, in the active language."""
    kind = fault.kind
    if kind in {"recipe_key", "recipe_choice"} and fault.about.get("near"):
        kind = "recipe_near"
    about = {
        name: f"{value:g}" if isinstance(value, float) else value
        for name, value in fault.about.items()
    }
    return str(FAULTS[kind]) % about
