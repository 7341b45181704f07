"""What each flag of open contracting means, and what it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A flag in words."""

    title: Text
    means: Text
    not_means: Text


MEANINGS = {
    "R003": Meaning(
        title=_("Short time to apply"),
        means=_("From opening to closing there were fewer whole days than asked (15 unless set otherwise), so that some may have known earlier than others."),
        not_means=_("A short time may be lawful, as in an emergency, and all may have been told in advance."),
    ),
    "R018": Meaning(
        title=_("A single bid"),
        means=_("Where bidders compete, only one bid came: perhaps others were kept away, or knew nothing."),
        not_means=_("Few can do some work; one bid alone is no sign of an agreement."),
    ),
    "R024": Meaning(
        title=_("A price close to the winner's"),
        means=_("The second lowest valid price is so near the winning one as seldom elsewhere in these data: bids may have been agreed."),
        not_means=_("Where prices are regulated or costs well known, honest prices are close too."),
    ),
    "R025": Meaning(
        title=_("Bids often, wins seldom"),
        means=_("One who bids more than most wins an unusually small part: the bids may be there to make a competition look real."),
        not_means=_("A beginner, or one who asks too much, also loses often."),
    ),
    "R028": Meaning(
        title=_("The same price"),
        means=_("Different bidders asked exactly the same price: a price may have been passed on."),
        not_means=_("Where the buyer states a price or a ceiling, many may ask for just that; exclude such methods in the settings."),
    ),
    "R030": Meaning(
        title=_("The winner came late"),
        means=_("A valid bid of the winner is dated after the deadline."),
        not_means=_("The deadline may have been extended and not published, or the date may be that of the entry in a system."),
    ),
    "R035": Meaning(
        title=_("All others disqualified"),
        means=_("Only the winner's bids were left: every other bidder that was judged was disqualified."),
        not_means=_("Bids may have been faulty indeed; the reasons in the file decide."),
    ),
    "R036": Meaning(
        title=_("The lowest bid disqualified"),
        means=_("No bid was lower than one that was disqualified."),
        not_means=_("A price too low to do the work may rightly be refused; where quality counts beside price, the flag says little."),
    ),
    "R038": Meaning(
        title=_("Often disqualified"),
        means=_("A buyer disqualifies, or a bidder is disqualified, in a far larger part of bids than elsewhere in these data."),
        not_means=_("Strict checking and careless bidders look alike here; small numbers swing most."),
    ),
    "R048": Meaning(
        title=_("Supplies of every kind"),
        means=_("A supplier won in far more kinds of goods than other suppliers with many contracts: perhaps it only passes orders on."),
        not_means=_("Wholesalers and large institutes do many things by nature."),
    ),
    "R058": Meaning(
        title=_("A price far below the next"),
        means=_("The second lowest valid price is so far above the winning one as seldom elsewhere in these data: the winner may deliver less than asked, or ask for more later."),
        not_means=_("A better method may cost far less."),
    ),
}  # fmt: skip
