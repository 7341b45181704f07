"""Frameworks: read with every fault named, frozen by digest, extended by organisations."""

from __future__ import annotations

import pytest
import yaml
from django.utils.translation import override

from opensti.domains.assessments import queries
from opensti.domains.assessments.actions import extend_framework, load_frameworks
from opensti.domains.assessments.frameworks import (
    lines_of,
    read_framework,
    shipped_frameworks,
)
from opensti.domains.assessments.models import FrameworkVersion
from opensti.kernel.access import PUBLIC, SYSTEM, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound
from tests.factories import assessments as factory
from tests.factories.assessments import AT, small_framework, small_module
from tests.factories.registry import AUDITOR, OFFICER
from tests.factories.tasks import person


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def faults(content, **more):
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    with pytest.raises(Invalid) as refused:
        read_framework(content, file="f.yaml", lines=lines_of(text), **more)
    return [(p.field, str(p.message)) for p in refused.value.problems]


def test_the_short_form_of_the_shipped_framework_has_32_of_51_items():
    (path,) = [p for p in shipped_frameworks() if p.name == "innovation.yaml"]
    found = read_framework(yaml.safe_load(path.read_text()), file=path.name)
    counts = {
        clause.number: (
            sum(i.clause == clause.number for i in found.items),
            sum(i.clause == clause.number and i.short for i in found.items),
        )
        for clause in found.clauses
    }
    assert counts == {
        "4": (7, 5), "5": (7, 4), "6": (6, 3), "7": (13, 7), "8": (10, 7),
        "9": (5, 4), "10": (3, 2),
    }  # fmt: skip


def test_a_sound_framework_has_no_fault():
    assert read_framework(small_framework(), file="f.yaml").code == "small"


def test_faults_name_file_place_and_line():
    content = small_framework()
    content["items"][0]["anchors"].pop()
    content["items"][1]["clause"] = "Z"
    content["items"][2]["weight"] = 0
    assert faults(content) == [
        (
            "f.yaml: items[A1].anchors (line 47)",
            "There are 5 anchors; 6 are needed, one for each level from 0 to 5.",
        ),
        ("f.yaml: items[A2].clause (line 59)", "No clause has the number “Z”."),
        ("f.yaml: items[B1].weight (line 98)", "A weight is above 0."),
    ]


def test_unknown_words_are_found_with_their_line():
    content = small_framework()
    content["items"][0]["mandatry"] = True
    assert faults(content)[0][1] == "“mandatry” is not known here."
    assert "(line " in faults(content)[0][0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scale": []}, "The scale must have the levels 0 to 5, in this order."),
        ({"items": []}, "There is no item."),
        (
            {"thresholds": {"claim": 4, "document": 3}},
            "Stronger evidence must carry as much or more, from 0 to 5.",
        ),
        (
            {"clauses": [*small_framework()["clauses"], {"number": "A", "vi": "x", "en": "x"}]},
            "“A” stands 2 times.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_or_scored_is_a_fault(change, said):
    assert said in [message for _place, message in faults(small_framework(**change))]


def test_a_module_needs_its_framework_and_takes_its_scale():
    module = small_module()
    assert faults(module) == [
        (
            "f.yaml: framework.extends (line 6)",
            "No framework “small” is known.",
        )
    ]
    base = read_framework(small_framework(), file="base.yaml")
    asked = read_framework(module, file="f.yaml", bases={"small": base})
    assert [i.code for i in asked.items] == ["G1"]
    module["scale"] = small_framework()["scale"]
    assert [message for _p, message in faults(module, bases={"small": base})] == [
        "A module takes this from the framework that it extends."
    ]


@pytest.mark.django_db
def test_the_same_file_is_one_version_and_a_changed_one_the_next(tmp_path):
    path = tmp_path / "small.yaml"

    def load(**changes):
        path.write_text(yaml.safe_dump(small_framework(**changes)), "utf-8")
        (version,) = load_frameworks(actor=SYSTEM, at=AT, paths=[path])
        return version

    first = load()
    assert load().pk == first.pk
    second = load(thresholds={"conforms": 4})
    assert load().pk == first.pk
    assert [
        (v.number, v.active) for v in FrameworkVersion.objects.order_by("number")
    ] == [(1, True), (2, False)]
    assert queries.asked_by(second).rules.conforms == 4
    assert queries.asked_by(first).rules.conforms == 3


@pytest.mark.django_db
def test_faulty_files_load_nothing(tmp_path):
    good, bad = tmp_path / "a.yaml", tmp_path / "b.yaml"
    good.write_text(yaml.safe_dump(small_framework()), "utf-8")
    bad.write_text(yaml.safe_dump(small_framework(items=[])), "utf-8")
    with pytest.raises(Invalid):
        load_frameworks(actor=SYSTEM, at=AT, paths=[good, bad])
    assert FrameworkVersion.objects.count() == 0


@pytest.mark.django_db
def test_a_module_of_an_organisation_is_known_to_it_alone(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(small_framework()), "utf-8")
    (base,) = load_frameworks(actor=SYSTEM, at=AT, paths=[path])
    owner, other = factory.factory_owner(), factory.factory_owner()
    own = extend_framework(
        actor=owner,
        organisation_id=factory.house(owner),
        content=small_module("own"),
        at=AT,
    )
    asked = queries.asked_by(base, [own])
    assert [i.code for i in asked.items] == ["A1", "A2", "B1", "G1"]
    seen = {
        who: set(queries.active_versions(actor).values_list("pk", flat=True))
        for who, actor in {
            "owner": owner,
            "member": factory.member(factory.house(owner)),
            "other": other,
            "officer": OFFICER,
            "auditor": AUDITOR,
            "public": PUBLIC,
        }.items()
    }
    assert seen == {
        "owner": {base.pk, own.pk},
        "member": {base.pk, own.pk},
        "other": {base.pk},
        "officer": {base.pk},
        "auditor": {base.pk},
        "public": {base.pk},
    }
    with pytest.raises(NotFound):
        queries.framework_version(other, own.public_id)
    told = Entry.objects.get(act="assessments.extend_framework")
    assert (told.public, "own" in str(told.body)) == (False, False)


@pytest.mark.django_db
def test_strangers_extend_nothing_and_an_organisation_writes_modules_only():
    owner = factory.factory_owner()
    for stranger in (factory.factory_owner(), person(Role.OFFICER), person(Role.ADMIN)):
        with pytest.raises(AccessDenied):
            extend_framework(
                actor=stranger,
                organisation_id=factory.house(owner),
                content=small_module(),
                at=AT,
            )
    with pytest.raises(Invalid, match="writes modules"):
        extend_framework(
            actor=owner,
            organisation_id=factory.house(owner),
            content=small_framework(),
            at=AT,
        )
    assert FrameworkVersion.objects.count() == 0


@pytest.mark.django_db
def test_frameworks_are_loaded_by_the_administrator():
    with pytest.raises(AccessDenied):
        load_frameworks(actor=person(Role.LEADER), at=AT)
