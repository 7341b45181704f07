"""What a stranger names is sent to, only outwards and only for so long."""

from __future__ import annotations

import socket
import time

import pytest
from django.utils.translation import override

from opensti.kernel import outgoing
from opensti.kernel.outgoing import checked_address, post
from opensti.kernel.refusals import Invalid
from tests.listening import listening

LOOPBACK = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))
PUBLIC = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hook",
        "https://example.org:22/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://user:pass@example.org/",
        "https://example.org/#part",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[fec0::1]/",
        "https://[::a00:1]/",
        "https://[::ffff:0:a00:1]/",
        "https://[5f00::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
        "https://exämple.org/",
        "https://example.org/a b",
        "https://example.org/\r\nHost: x",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://",
        "",
    ],
)
def test_nothing_is_sent_inwards_or_by_another_way(address, settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = False
    with pytest.raises(Invalid):
        checked_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/hook?x=1",
        "https://93.184.216.34:8443/",
        "https://EXAMPLE.org",
    ],
)
def test_a_place_in_the_internet_is_sent_to(address, settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = False
    assert checked_address(f" {address} ") == address


@pytest.mark.parametrize("answer", [[LOOPBACK], [PUBLIC, LOOPBACK]])
def test_a_name_that_leads_inwards_is_not_connected_to(settings, monkeypatch, answer):
    settings.OPENSTI_WEBHOOKS_LOCAL = False
    reached = []
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_a, **_k: answer)
    monkeypatch.setattr(
        outgoing.socket, "create_connection", lambda *a, **_k: reached.append(a)
    )
    sent = post("https://example.org/", b"{}", {})
    assert (sent.status, reached) == (None, [])
    assert "example" not in sent.fault


def test_the_address_that_was_looked_at_is_the_one_connected_to(settings, monkeypatch):
    """A name that answers otherwise a moment later (rebinding) leads nowhere else."""
    settings.OPENSTI_WEBHOOKS_LOCAL = False
    answers, reached = [[PUBLIC], [LOOPBACK]], []

    def connected(place, **_kept):
        reached.append(place)
        raise OSError("no network here")

    monkeypatch.setattr(
        outgoing.socket, "getaddrinfo", lambda *_a, **_k: answers.pop(0)
    )
    monkeypatch.setattr(outgoing.socket, "create_connection", connected)
    post("https://example.org/", b"{}", {})
    assert reached == [("93.184.216.34", 443)]
    assert answers == [[LOOPBACK]]  # asked once


def test_a_body_arrives_with_its_heads(settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = True
    with listening(204) as listener:
        sent = post(listener.url, b'{"a":1}', {"webhook-id": "x"})
    ((path, heads, body),) = listener.got
    assert (sent.status, sent.fault, path, heads["webhook-id"], body) == (
        204, "", "/hook?a=1", "x", b'{"a":1}',
    )  # fmt: skip


def test_no_redirect_is_followed(settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = True
    with listening("redirect") as listener:
        sent = post(listener.url, b"{}", {})
    assert (sent.status, sent.arrived, len(listener.got)) == (302, False, 1)


@pytest.mark.parametrize("way", ["hang", "drip"])
def test_all_of_it_ends_at_the_deadline(settings, way):
    settings.OPENSTI_WEBHOOKS_LOCAL = True
    begun = time.monotonic()
    with listening(way) as listener:
        sent = post(listener.url, b"{}", {}, seconds=0.3)
    assert sent.status is None
    assert sent.fault
    assert time.monotonic() - begun < 3


def test_a_cut_line_and_a_closed_port_are_faults_and_no_exceptions(settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = True
    with listening("cut") as listener:
        assert post(listener.url, b"{}", {}).status is None
    assert post(listener.url, b"{}", {}).fault.startswith("ConnectionRefusedError")


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_an_address_written_as_a_name_leads_nowhere(host, settings):
    settings.OPENSTI_WEBHOOKS_LOCAL = False
    with override("en"):
        sent = post(f"https://{host}/", b"", {})
    assert (sent.status, "leads into a network" in sent.fault) == (None, True)
