"""Frameworks as data: read from files, checked, put together with their modules."""

from opensti.domains.assessments.frameworks.composing import Asked
from opensti.domains.assessments.frameworks.format import Framework, Item
from opensti.domains.assessments.frameworks.reading import (
    digest,
    framework_from,
    lines_of,
    read_files,
    read_framework,
    shipped_bases,
    shipped_frameworks,
)

__all__ = [
    "Asked",
    "Framework",
    "Item",
    "digest",
    "framework_from",
    "lines_of",
    "read_files",
    "read_framework",
    "shipped_bases",
    "shipped_frameworks",
]
