"""How the files of large archives are laid out: names of columns, dates, money.

Facts of each publisher's own download, as of 2026: CORDIS ``project.csv`` (cordis.europa.eu,
CC BY 4.0), NIH ExPORTER ``RePORTER_PRJ_C_*.csv`` with its abstracts in
``RePORTER_PRJABS_C_*.csv`` (reporter.nih.gov, public domain), UKRI Gateway to Research
``projectsearch-*.csv`` (gtr.ukri.org, Open Government Licence), NSF award search
``Awards.csv`` (nsf.gov, public domain).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One publisher's file: which column holds which part of a task.

    ``dates`` and ``decimal`` say how days and amounts are written; ``abstracts`` names
    the columns of identifier and text where abstracts come in a second file.
    """

    source: str
    currency: str
    columns: Mapping[str, str]
    dates: str = "auto"
    decimal: str = "."
    language: str = "en"
    abstracts: Mapping[str, str] = field(default_factory=dict)


LAYOUTS: dict[str, Layout] = {
    "cordis": Layout(
        source="CORDIS",
        currency="EUR",
        decimal=",",
        columns={
            "key": "id",
            "code": "acronym",
            "title": "title",
            "abstract": "objective",
            "start": "startDate",
            "end": "endDate",
            "amount": "ecMaxContribution",
            "scheme": "fundingScheme",
            "funder": "frameworkProgramme",
        },
    ),
    "nih": Layout(
        source="NIH",
        currency="USD",
        dates="mdy",
        columns={
            "key": "APPLICATION_ID",
            "code": "FULL_PROJECT_NUM",
            "title": "PROJECT_TITLE",
            "host": "ORG_NAME",
            "leader": "PI_NAMEs",
            "funder": "IC_NAME",
            "scheme": "ACTIVITY",
            "year": "FY",
            "start": "PROJECT_START",
            "end": "PROJECT_END",
            "amount": "TOTAL_COST",
        },
        abstracts={"key": "APPLICATION_ID", "abstract": "ABSTRACT_TEXT"},
    ),
    "ukri": Layout(
        source="UKRI",
        currency="GBP",
        dates="dmy",
        columns={
            "key": "ProjectReference",
            "title": "Title",
            "host": "LeadROName",
            "leader": "PISurname",
            "funder": "FundingOrgName",
            "scheme": "ProjectCategory",
            "start": "StartDate",
            "end": "EndDate",
            "amount": "AwardPounds",
        },
    ),
    "nsf": Layout(
        source="NSF",
        currency="USD",
        dates="mdy",
        columns={
            "key": "AwardNumber",
            "title": "Title",
            "abstract": "Abstract",
            "host": "Organization",
            "leader": "PrincipalInvestigator",
            "funder": "NSFOrganization",
            "scheme": "Program(s)",
            "start": "StartDate",
            "end": "EndDate",
            "amount": "AwardedAmountToDate",
        },
    ),
}
