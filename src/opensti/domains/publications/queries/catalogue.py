"""The whole catalogue of what there is to disclose."""

from dataclasses import replace

from opensti.domains.publications.queries.fields import kinds_of
from opensti.domains.publications.queries.fields_cases import CASES
from opensti.domains.publications.queries.fields_register import MORE
from opensti.domains.publications.queries.fields_registry import ACTORS, WORK

CATALOGUE = {
    key: replace(kind, fields=(*kind.fields, *MORE.get(key, ())))
    for key, kind in kinds_of(CASES, WORK, ACTORS).items()
}
