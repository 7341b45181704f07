"""Which logs are believed, and how many witnesses must have seen what they say.

The trust policy file of C2SP tlog-policy, read strictly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sti_methods.ledger.notes import ED25519, VerifierKey, parse_verifier_key
from sti_methods.ledger.witnesses import COSIGNATURES

if TYPE_CHECKING:
    from collections.abc import Collection

NONE = "none"


@dataclass(frozen=True)
class Party:
    """A log or a witness: its key, and where it is reached, if the policy says so."""

    key: VerifierKey
    url: str = ""


@dataclass
class Policy:
    """Logs, witnesses by their names in the file, groups (at least k of), the quorum."""

    logs: list[Party] = field(default_factory=list)
    witnesses: dict[str, Party] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def witness_keys(self) -> list[VerifierKey]:
        return [witness.key for witness in self.witnesses.values()]

    @property
    def text(self) -> str:
        """The policy file as a reader keeps it: without the addresses of witnesses."""
        return "".join(
            f"{line}\n"
            for line in (
                *(f"log {log.key}" for log in self.logs),
                *(f"witness {name} {w.key}" for name, w in self.witnesses.items()),
                *(
                    f"group {name} {least} {' '.join(members)}"
                    for name, (least, members) in self.groups.items()
                ),
                f"quorum {self.quorum}",
            )
        )

    def satisfied_by(self, cosigners: Collection[VerifierKey]) -> bool:
        """Say whether these witnesses' cosignatures are as many as the quorum wants."""
        return self.quorum == NONE or self._seen(self.quorum, cosigners)

    def _seen(self, name: str, cosigners: Collection[VerifierKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key in cosigners
        least, members = self.groups[name]
        return sum(self._seen(member, cosigners) for member in members) >= least


def parse_policy(text: str) -> Policy:
    """Read a policy file, or raise ``ValueError`` with the line that is wrong."""
    policy = Policy(quorum="")
    if any(char < " " and char not in "\t\n" for char in text) or "\x7f" in text:
        raise ValueError("a policy has no control characters.")
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            _read(policy, words)
        except ValueError as error:
            raise ValueError(f"line {number} of the policy: {error}") from None
    if not policy.quorum:
        raise ValueError("a policy has exactly one quorum line.")
    return policy


def _read(policy: Policy, words: list[str]) -> None:
    match words:
        case ["log", vkey, *url] if len(url) <= 1:
            policy.logs.append(_party(policy, vkey, url, {ED25519}))
        case ["witness", name, vkey, *url] if len(url) <= 1:
            _require_new(policy, name)
            policy.witnesses[name] = _party(policy, vkey, url, COSIGNATURES)
        case ["group", name, least, *names] if names:
            _require_new(policy, name)
            _require_known(policy, names)
            taken = [m for _least, group in policy.groups.values() for m in group]
            if len({*taken, *names}) < len(taken) + len(names):
                raise ValueError("a name belongs to one group, once.")
            policy.groups[name] = (_threshold(least, len(names)), tuple(names))
        case ["quorum", name]:
            if policy.quorum:
                raise ValueError("a policy has exactly one quorum line.")
            if name != NONE:
                _require_known(policy, [name])
            policy.quorum = name
        case _:
            raise ValueError("this is no log, witness, group or quorum line.")


def _party(
    policy: Policy, vkey: str, url: list[str], algorithms: Collection[int]
) -> Party:
    key = parse_verifier_key(vkey)
    if key.algorithm not in algorithms:
        raise ValueError("the key is of another kind than such a line needs.")
    if key.public in {p.key.public for p in (*policy.logs, *policy.witnesses.values())}:
        raise ValueError("the key stands in the policy already.")
    return Party(key, *url)


def _require_new(policy: Policy, name: str) -> None:
    if name == NONE or name in policy.witnesses or name in policy.groups:
        raise ValueError(f"the name {name!r} is taken.")


def _require_known(policy: Policy, names: list[str]) -> None:
    for name in names:
        if name not in policy.witnesses and name not in policy.groups:
            raise ValueError(f"nothing above is called {name!r}.")


def _threshold(text: str, count: int) -> int:
    least = {"any": 1, "all": count}.get(text, 0)
    if text.isascii() and text.isdigit():
        least = int(text)
    if not 1 <= least <= count:
        raise ValueError(f"a group is all, any or a number from 1 to {count}.")
    return least
