"""The interface does what its description says, whatever a program sends.

``OPENSTI_FUZZ=<examples>`` runs longer (``make api-fuzz``); as it stands the examples are
the same every time.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import count
from random import Random

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from opensti.api.urls import api
from opensti.kernel.access import Role
from tests.api.test_acts import key_of
from tests.factories import portfolios as factory
from tests.factories.tasks import Tasks, person

EXAMPLES = int(os.environ.get("OPENSTI_FUZZ", "0"))
load_all_checks()
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
# An auditor writes nothing, no key either.
ROLES = [role for role in Role if role not in {Role.PUBLIC, Role.AUDITOR}]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


class World:
    """A call with a released decision, an archived task, a key of each role."""

    def __init__(self):
        story = factory.judged("90", "60")
        factory.released(story)
        self.keys = [key_of(person(role), confirms=True) for role in ROLES]
        task = Tasks.create()
        dossier = story.dossiers[0]
        decision = factory.decision_on(dossier)
        self.known = {
            "call_id": story.call.pk,
            "dossier_id": dossier.pk,
            "order_id": dossier.order_id,
            "round_id": decision.round_id,
            "decision_id": decision.pk,
            "task_id": task.pk,
        }
        self.ids = {
            "calls": story.call.public_id,
            "orders": dossier.order.public_id,
            "decisions": decision.public_id,
            "tasks": task.public_id,
            "organisations": dossier.host.public_id,
        }


def asked(world, operation, dice, case):
    """Let half of the examples mean something that there is."""
    kind = operation.path.split("/")[3]
    if case.path_parameters and kind in world.ids and dice.random() < 0.5:
        case.path_parameters["public_id"] = world.ids[kind]
    if isinstance(case.body, dict):
        for name in case.body.keys() & world.known.keys():
            if dice.random() < 0.5:
                case.body[name] = world.known[name]


def findings(world, operations, examples):
    """What is not as described, an operation a line; how many requests were sent."""
    app = get_wsgi_application()
    found, sent = [], count()
    for operation in operations:
        try:
            checked(app, world, operation, examples, sent)()
        except (Exception, FailureGroup) as fault:  # noqa: BLE001 -- told together
            found.append(f"{operation.label}: {fault_of(fault)}")
    return found, next(sent)


def fault_of(fault):
    several = getattr(fault, "exceptions", [fault])
    return " | ".join(f"{type(one).__name__} {str(one)[:600]}" for one in several)


def checked(app, world, operation, examples, sent):
    dice = Random(operation.label)

    @seed(1)
    @settings(
        max_examples=examples, derandomize=not EXAMPLES, database=None,
        deadline=None, suppress_health_check=QUIET, phases=[Phase.generate],
    )  # fmt: skip
    @given(case=strategy(operation))
    def held(case):
        asked(world, operation, dice, case)
        heads = {"Accept-Encoding": "identity"}
        if "security" in operation.definition.raw:
            heads["Authorization"] = f"Bearer {dice.choice(world.keys)}"
        next(sent)
        with suppress(Undone), transaction.atomic():
            answer = case.call(app=app, headers=heads)
            case.validate_response(answer, checks=CHECKED)
            raise Undone

    return held


class Undone(Exception):  # noqa: N818 -- reads as what happened
    """Nothing that an example did stays."""


def strategy(operation):
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    with suppress(Exception):
        return right | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return right


@pytest.fixture(scope="module")
def described():
    schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()))
    return [operation.ok() for operation in schema.get_all_operations()]


@pytest.mark.django_db
def test_reading_is_answered_as_described(described):
    reads = [one for one in described if one.method == "get"]
    found, ran = findings(World(), reads, EXAMPLES or 6)
    assert found == [], chr(10).join(found)
    sys.stdout.write(f"{len(reads)} addresses, {ran} requests" + "\n")


@pytest.mark.django_db
def test_an_act_by_key_is_answered_as_described(described):
    acts = [one for one in described if one.method == "post"]
    found, ran = findings(World(), acts, EXAMPLES or 2)
    assert found == [], chr(10).join(found)
    sys.stdout.write(f"{len(acts)} addresses, {ran} requests" + "\n")
