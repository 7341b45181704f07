"""The official papers of a round: the decision with its table, and each letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.domains.portfolios.choices import Ruling
from opensti.kernel.money import format_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.portfolios.models import Decision, Letter, Round
