"""The whole catalogue of what there is to disclose."""

from opensti.domains.publications.queries.fields import kinds_of
from opensti.domains.publications.queries.fields_cases import CASES
from opensti.domains.publications.queries.fields_registry import ACTORS, WORK

CATALOGUE = kinds_of(CASES, WORK, ACTORS)
