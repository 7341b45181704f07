"""Changes reach the programs that asked, signed, until they arrive or are given up."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.utils.timezone import now

from opensti.domains.accounts.models import User
from opensti.domains.publications import actions
from opensti.domains.publications.models import (
    Change,
    Delivery,
    DeliveryState,
    Endpoint,
)
from opensti.domains.publications.queries.webhooks import (
    body_of,
    due_endpoints,
    secret_of,
    signature,
)
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.domains.publications.test_changes import acted
from tests.factories.tasks import Tasks, person
from tests.listening import listening

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local(settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = True


def changed(task=None):
    """A public act is told, and put on the way."""
    acted(task or Tasks.create())
    at = now()
    actions.tell_changes(at=at)
    actions.put_on_the_way(at=at)
    return at


def registered(url, **said):
    actor = person(Role.OFFICER)
    actions.tell_changes(at=now())
    row, secret = actions.register_webhook(actor=actor, url=url, at=now(), **said)
    return actor, row, secret


def test_the_signature_is_that_of_standard_webhooks():
    """The example of the specification's own libraries."""
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            message="msg_p5jXN8AQM9LWM0D4loKWxJek", stamp=1614265330,
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )  # fmt: skip


def test_a_change_arrives_signed_with_the_secret_that_was_shown():
    task = Tasks.create()
    with listening(200) as listener:
        _actor, row, secret = registered(listener.url)
        at = changed(task)
        assert actions.send_due(endpoint_id=row.pk, at=at) == 1
    ((_path, heads, body),) = listener.got
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{heads['webhook-id']}.{heads['webhook-timestamp']}.".encode() + body
    made = base64.b64encode(hmac.new(key, said, sha256).digest()).decode()
    assert heads["webhook-signature"] == f"v1,{made}"
    told = json.loads(body)
    assert told["type"] == "task.changed"
    assert {k: told["data"][k] for k in ("kind", "id", "act", "shown")} == {
        "kind": "task", "id": task.public_id, "act": "tasks.set_state", "shown": True,
    }  # fmt: skip
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts[0]["status"]) == (DeliveryState.DONE, 200)


def test_what_was_hidden_meanwhile_is_sent_as_hidden():
    task = Tasks.create()
    with listening(200) as listener:
        _actor, row, _secret = registered(listener.url)
        at = changed(task)
        task.delete()
        actions.send_due(endpoint_id=row.pk, at=at)
    told = json.loads(listener.got[0][2])
    assert (told["type"], told["data"]["url"]) == ("task.hidden", None)


def test_an_act_on_what_has_no_address_here_takes_nothing_back():
    change = Change(kind="supervision.voice", subject_id="a", shown=False, at=now())
    told = json.loads(body_of(Delivery(change=change)))
    assert (told["type"], told["data"]["url"]) == ("supervision.voice.acted", None)


def test_only_the_kinds_that_were_asked_for_are_sent():
    with listening(200) as listener:
        _actor, row, _secret = registered(listener.url, kinds=["decision"])
        changed()
        assert Delivery.objects.filter(endpoint=row).count() == 0
        row.refresh_from_db()
        assert row.told > 0


def test_what_fails_is_tried_again_later_under_the_same_id_and_in_order():
    with listening(500, 200) as listener:
        _actor, row, _secret = registered(listener.url)
        task = Tasks.create()
        changed(task)
        at = changed(task)
        assert actions.send_due(endpoint_id=row.pk, at=at) == 0
        first, _second = Delivery.objects.order_by("pk")
        assert first.attempts[0]["status"] == 500
        assert timedelta(seconds=7) < first.next_at - at < timedelta(seconds=16)
        later = at + timedelta(minutes=1)
        assert due_endpoints(later) == [row.pk]
        assert actions.send_due(endpoint_id=row.pk, at=later) == 2
    ids = [heads["webhook-id"] for _path, heads, _body in listener.got]
    assert ids[0] == ids[1] != ids[2]


def test_after_three_days_the_address_is_stopped_and_its_owner_written_to(
    django_capture_on_commit_callbacks,
):
    with listening(503) as listener:
        actor, row, _secret = registered(listener.url)
        at = changed()
        tries = 0
        with django_capture_on_commit_callbacks(execute=True):
            while due_endpoints(at) and tries < 60:
                actions.send_due(endpoint_id=row.pk, at=at)
                tries += 1
                at = Delivery.objects.get().next_at
        assert 15 < tries < 40
    delivery = Delivery.objects.get()
    row.refresh_from_db()
    assert (row.state, delivery.state, delivery.tries) == ("dead", "dead", tries)
    assert len(delivery.attempts) <= 20
    (letter,) = mail.outbox
    assert row.public_id in letter.body
    assert Entry.objects.filter(act="publications.stop_webhook").count() == 1
    actions.wake_webhook(actor=actor, public_id=row.public_id, at=at)
    assert due_endpoints(at) == [row.pk]


def test_a_delivery_is_sent_once_more_when_its_owner_asks():
    with listening(200) as listener:
        actor, row, _secret = registered(listener.url)
        at = changed()
        actions.send_due(endpoint_id=row.pk, at=at)
        delivery = Delivery.objects.get()
        actions.resend_delivery(actor=actor, public_id=delivery.public_id, at=at)
        assert actions.send_due(endpoint_id=row.pk, at=at) == 1
    ids = {heads["webhook-id"] for _path, heads, _body in listener.got}
    assert (len(listener.got), ids) == (2, {delivery.public_id})


def test_strangers_neither_see_nor_touch_an_address():
    actor, row, _secret = registered("http://127.0.0.1:9/")
    stranger = person(Role.LEADER)
    for act in (actions.end_webhook, actions.wake_webhook, actions.renew_webhook):
        with pytest.raises(NotFound):
            act(actor=stranger, public_id=row.public_id, at=now())
    admin = person(Role.ADMIN)
    with pytest.raises(AccessDenied):
        actions.renew_webhook(actor=admin, public_id=row.public_id, at=now())
    actions.end_webhook(actor=actor, public_id=row.public_id, at=now())
    with pytest.raises(StepNotAllowed):
        actions.end_webhook(actor=actor, public_id=row.public_id, at=now())


def test_an_unknown_kind_and_an_address_within_are_refused(settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = False
    actor = person(Role.OFFICER)
    for said in (
        {"kinds": ["secrets"], "url": "https://example.org/"},
        {"url": "https://10.0.0.1/"},
    ):
        with pytest.raises(Invalid):
            actions.register_webhook(actor=actor, at=now(), **said)
    assert Endpoint.objects.count() == 0


def test_another_secret_takes_the_place_of_the_first_and_neither_is_kept():
    actor, row, first = registered("http://127.0.0.1:9/")
    row, second = actions.renew_webhook(actor=actor, public_id=row.public_id, at=now())
    assert first != second == secret_of(row)
    kept = json.dumps(list(Endpoint.objects.values("nonce", "url")))
    kept += "".join(Entry.objects.values_list("body", flat=True))
    assert second.removeprefix("whsec_") not in kept
    assert "127.0.0.1" not in "".join(Entry.objects.values_list("body", flat=True))


def test_the_log_of_deliveries_is_kept_for_thirty_days():
    with listening(200) as listener:
        _actor, row, _secret = registered(listener.url)
        at = changed()
        actions.send_due(endpoint_id=row.pk, at=at)
    assert actions.forget_deliveries(at=at + timedelta(days=29)) == 0
    assert actions.forget_deliveries(at=at + timedelta(days=31)) == 1


def test_nothing_is_sent_for_whose_account_was_closed():
    with listening(200) as listener:
        actor, row, _secret = registered(listener.url)
        at = changed()
        User.objects.filter(pk=actor.user_id).update(is_active=False)
        assert (due_endpoints(at), actions.send_due(endpoint_id=row.pk, at=at)) == (
            [],
            0,
        )
        changed()
    assert (listener.got, Delivery.objects.count()) == ([], 1)
