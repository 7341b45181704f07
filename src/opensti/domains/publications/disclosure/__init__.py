"""The disclosure policy as plain data: its words, its format, its files."""

from opensti.domains.publications.disclosure.format import Policy, Rule
from opensti.domains.publications.disclosure.reading import (
    as_content,
    as_yaml,
    content_of,
    content_of_text,
    digest,
    read_content,
    shipped_file,
    with_rule,
)
from opensti.domains.publications.disclosure.words import (
    AUDIENCE_LABELS,
    FORM_LABELS,
    WHOLE_ROW,
    Audience,
    Form,
    Nature,
)

__all__ = [
    "AUDIENCE_LABELS",
    "FORM_LABELS",
    "WHOLE_ROW",
    "Audience",
    "Form",
    "Nature",
    "Policy",
    "Rule",
    "as_content",
    "as_yaml",
    "content_of",
    "content_of_text",
    "digest",
    "read_content",
    "shipped_file",
    "with_rule",
]
