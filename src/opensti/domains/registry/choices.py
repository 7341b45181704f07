"""The words the registry sorts organisations, people and their ties by."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeScheme(models.TextChoices):
    FIELD = "field", _("Field of science")
    INDUSTRY = "industry", _("Industry")
    PROVINCE = "province", _("Province")
    COUNTRY = "country", _("Country")
    LEGAL_FORM = "legal_form", _("Legal form")


class OrganisationKind(models.TextChoices):
    INSTITUTE = "institute", _("Research institute")
    UNIVERSITY = "university", _("University")
    ENTERPRISE = "enterprise", _("Enterprise")
    AGENCY = "agency", _("State agency")
    MINISTRY_UNIT = "ministry_unit", _("Unit of the ministry")
    FUND = "fund", _("Fund")
    ASSOCIATION = "association", _("Association")
    OTHER = "other", _("Other organisation")


class OrganisationStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    MERGED = "merged", _("Merged into another")
    DISSOLVED = "dissolved", _("Dissolved")
    INACTIVE = "inactive", _("Inactive")


class NameKind(models.TextChoices):
    ALIAS = "alias", _("Also known as")
    FORMER = "former", _("Former name")
    ACRONYM = "acronym", _("Acronym")
    LABEL = "label", _("Name in another language")


class DegreeLevel(models.TextChoices):
    BACHELOR = "bachelor", _("Bachelor")
    ENGINEER = "engineer", _("Engineer")
    MASTER = "master", _("Master")
    DOCTOR = "doctor", _("Doctor")
    DOCTOR_OF_SCIENCE = "doctor_of_science", _("Doctor of science")


class AcademicTitle(models.TextChoices):
    ASSOCIATE_PROFESSOR = "associate_professor", _("Associate professor")
    PROFESSOR = "professor", _("Professor")


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class WorkKind(models.TextChoices):
    ARTICLE = "article", _("Article")
    BOOK = "book", _("Book")
    CONFERENCE = "conference", _("Conference paper")
    PATENT = "patent", _("Patent")
    REPORT = "report", _("Report")
    THESIS = "thesis", _("Thesis")
    SOFTWARE = "software", _("Software or data set")
    OTHER = "other", _("Other work")


class RelationKind(models.TextChoices):
    """To a person, or (from ``OWNER`` on) to an organisation."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SIBLING = "sibling", _("Sibling")
    IN_LAW = "in_law", _("Relative by marriage")
    SUPERVISOR = "supervisor", _("Supervisor")
    STUDENT = "student", _("Student")
    COAUTHOR = "coauthor", _("Co-author")
    COLLEAGUE = "colleague", _("Colleague on a project")
    DISPUTE = "dispute", _("In dispute with")
    OWNER = "owner", _("Owner or shareholder")
    BOARD = "board", _("Member of the board")
    ADVISER = "adviser", _("Adviser")
    EMPLOYEE = "employee", _("Employee")
    INTEREST = "interest", _("Other interest")


OF_ORGANISATIONS = frozenset(
    {
        RelationKind.OWNER,
        RelationKind.BOARD,
        RelationKind.ADVISER,
        RelationKind.EMPLOYEE,
        RelationKind.INTEREST,
        RelationKind.DISPUTE,
    }
)
OF_PEOPLE = frozenset(RelationKind) - frozenset(
    {RelationKind.OWNER, RelationKind.BOARD, RelationKind.EMPLOYEE}
)


class LinkKind(models.TextChoices):
    """How an organisation stands to another, beside belonging to it."""

    RELATED = "related", _("Related to")
    SUCCESSOR = "successor", _("Succeeded by")
    PARENT = "parent", _("Also belongs to")


class ImportKind(models.TextChoices):
    ORGANISATIONS = "organisations", _("Organisations")
    PEOPLE = "people", _("People")
    WORKS = "works", _("Works")
    ROR = "ror", _("Research Organization Registry (ROR)")


class ImportStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Stopped by a fault")
    CANCELLED = "cancelled", _("Cancelled")


class ThingKind(models.TextChoices):
    """What can be double in the registry, and merged."""

    ORGANISATION = "organisation", _("Organisation")
    PERSON = "person", _("Person")
