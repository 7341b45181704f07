"""What witnesses sign and what a trust policy says, as C2SP writes it."""

from __future__ import annotations

import pytest
from sti_methods.ledger import (
    Submission,
    VerifierKey,
    cosigned_message,
    parse_policy,
    parse_submission,
    split_cosignature,
)

CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)
ED = VerifierKey("w.example/1", bytes(32), 0x04)
ML = VerifierKey("w.example/2", bytes(1312), 0x06)
LOG = VerifierKey("example.com/behind-the-sofa", b"l" * 32)


def witness(n, name="w"):
    return VerifierKey(f"{name}.example/{n}", bytes([n]) * 32, 0x04)


def test_the_signed_messages_are_those_of_the_specification():
    assert cosigned_message(key=ED, timestamp=1679315147, text=CHECKPOINT) == (
        f"cosignature/v1\ntime 1679315147\n{CHECKPOINT}".encode()
    )
    assert cosigned_message(key=ML, timestamp=5, text=CHECKPOINT) == (
        b"subtree/v1\n\x00"
        b"\x0bw.example/2"
        b"\x00\x00\x00\x00\x00\x00\x00\x05"
        b"\x1bexample.com/behind-the-sofa"
        b"\x00\x00\x00\x00\x00\x00\x00\x00"
        b"\x00\x00\x00\x00\x01\x3e\x2d\xc3"
        + bytes.fromhex(
            "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
        )
    )
    with pytest.raises(ValueError, match="not the key of a witness"):
        cosigned_message(key=LOG, timestamp=5, text=CHECKPOINT)


@pytest.mark.parametrize("value", [b"", bytes(8), bytes(72), b"\xff" * 72])
def test_a_cosignature_without_its_time_is_none(value):
    with pytest.raises(ValueError, match="begins with its time"):
        split_cosignature(value)


def test_a_submission_is_read_as_it_was_written():
    sent = Submission(7, (b"a" * 32, b"b" * 32), f"{CHECKPOINT}\n— x AAAAAAA=\n")

    assert parse_submission(str(sent)) == sent
    assert str(Submission(0, (), CHECKPOINT)).startswith("old 0\n\nexample.com/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "old 1\n",
        "old 01\n\nx",
        "old -1\n\nx",
        "new 1\n\nx",
        "old 1\nAAAA\n\nx",
        "old 1\n" + "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" * 64 + "\nx",
    ],
)
def test_what_is_no_submission_is_refused(text):
    with pytest.raises(ValueError, match=r"submission|number|SHA-256|base64"):
        parse_submission(text)


POLICY = f"""
# two bodies
log {LOG} https://example.com/
\twitness X1 {witness(1)} https://w.example/1
witness X2   {witness(2)}
witness X3 {witness(3)}
group X 2 X1 X2 X3
witness Y1 {witness(4)}
witness Y2 {ML}
group Y any Y1 Y2
group both all X Y
quorum both
"""


@pytest.mark.parametrize(
    ("seen", "enough"),
    [
        ([], False),
        ([1, 2], False),
        ([1, 4], False),
        ([1, 3, 4], True),
        ([1, 2, 3, 4], True),
        ([2, 3, "ml"], True),
        ([4, "ml"], False),
    ],
)
def test_the_quorum_decides_how_many_are_enough(seen, enough):
    keys = [ML if n == "ml" else witness(n) for n in seen]

    assert parse_policy(POLICY).satisfied_by(keys) is enough


def test_a_policy_names_logs_and_witnesses_with_their_addresses():
    policy = parse_policy(POLICY)

    assert [(log.key, log.url) for log in policy.logs] == [
        (LOG, "https://example.com/")
    ]
    assert {name: party.url for name, party in policy.witnesses.items()} == {
        "X1": "https://w.example/1",
        "X2": "",
        "X3": "",
        "Y1": "",
        "Y2": "",
    }
    assert parse_policy("quorum none").satisfied_by([])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a policy has exactly one quorum line."),
        ("quorum none\r\n", "a policy has no control characters."),
        (
            "quorum none\nquorum none",
            "line 2 of the policy: a policy has exactly one quorum line.",
        ),
        ("quorum X", "line 1 of the policy: nothing above is called 'X'."),
        (f"witness none {ED}", "line 1 of the policy: the name 'none' is taken."),
        (
            f"witness a {LOG}",
            "line 1 of the policy: the key is of another kind than such a line needs.",
        ),
        (
            f"log {ED}",
            "line 1 of the policy: the key is of another kind than such a line needs.",
        ),
        (
            f"witness a {ED}\nwitness b {VerifierKey('other', bytes(32), 0x04)}",
            "line 2 of the policy: the key stands in the policy already.",
        ),
        (
            f"witness a {ED}\ngroup g all a\ngroup h all a",
            "line 3 of the policy: a name belongs to one group, once.",
        ),
        (
            f"witness a {ED}\ngroup g all a a",
            "line 2 of the policy: a name belongs to one group, once.",
        ),
        (
            f"witness a {ED}\ngroup g 2 a",
            "line 2 of the policy: a group is all, any or a number from 1 to 1.",
        ),
        (
            "tree x",
            "line 1 of the policy: this is no log, witness, group or quorum line.",
        ),
        (
            "log x",
            "line 1 of the policy: this is not a verifier key (name+id+key).",
        ),
    ],
)
def test_a_policy_that_cannot_hold_is_refused_with_its_line(text, reason):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 -- compared whole below
        parse_policy(text)

    assert str(refused.value) == reason
