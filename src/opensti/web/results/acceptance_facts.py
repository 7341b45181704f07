"""Which task a paper of its acceptance is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.kernel.bilingual import pick
from opensti.ui.templatetags.ui import day
from opensti.web.papers import BLANK

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract


def host_of(contract: Contract) -> str:
    return pick(contract.host.name_vi, contract.host.name_en)


def leader_of(contract: Contract) -> str:
    return contract.leader.full_name if contract.leader else ""


def facts(contract: Contract) -> list[list[str]]:
    """Which task a paper is about."""
    rows = [
        [_("Task"), pick(contract.title_vi, contract.title_en)],
        [_("Contract"), contract.number or BLANK],
        [_("Host"), host_of(contract)],
        [_("Principal investigator"), leader_of(contract) or BLANK],
    ]
    if contract.starts_on and contract.ends_on:
        rows.append(
            [
                _("Duration of the contract"),
                f"{day(contract.starts_on)} – {day(contract.ends_on)}",  # noqa: RUF001
            ]
        )
    return rows
