"""Frameworks as data: read from files, checked, put together with their modules."""

from opensti.domains.assessments.frameworks.composing import Asked
from opensti.domains.assessments.frameworks.format import Framework, Item
from opensti.domains.assessments.frameworks.reading import (
    digest,
    framework_from,
    lines_of,
    read_files,
    read_framework,
    read_text,
    shipped_bases,
    shipped_frameworks,
)
from opensti.domains.assessments.frameworks.rules import (
    Questionnaire,
    RuleBook,
    RuleFile,
    read_rules,
    readable_rules,
    rule_file_from,
    shipped_rules,
)

__all__ = [
    "Asked",
    "Framework",
    "Item",
    "Questionnaire",
    "RuleBook",
    "RuleFile",
    "digest",
    "framework_from",
    "lines_of",
    "read_files",
    "read_framework",
    "read_rules",
    "read_text",
    "readable_rules",
    "rule_file_from",
    "shipped_bases",
    "shipped_frameworks",
    "shipped_rules",
]
