"""Verify a receipt of the public log, offline, with nothing but Python 3.8 or newer.

    python3 verify.py RECEIPT.tlog-proof --key 'NAME+ID+KEY'
            [--checkpoint FILE] [--policy FILE]

KEY is the log's public key, as you noted it on the day you first saw it. A CHECKPOINT
kept elsewhere must tell the same root. A POLICY (C2SP tlog-policy) says which witnesses
must have seen the log; for that, put verify_witnesses.py from the same place beside
this file. Exit code 0: it holds; 1: it does not; 2: it could not be tried.
Formats: c2sp.org/tlog-proof and signed-note; tree: RFC 6962; signature: RFC 8032.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path

LOG = 1  # the kind of a log's key: Ed25519
NUMBER = "(0|[1-9][0-9]{0,18})"
FORM = rf"c2sp.org/tlog-proof@v1\nextra (\S+)\nindex {NUMBER}((?:\n\S+)*)"


def need(good, reason):
    if not good:
        raise ValueError(reason)


def read(file):
    return Path(file).read_bytes().decode()


def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, f"{text!r} is not base64")
    return raw


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# ---- Ed25519 (RFC 8032, section 5.1): the log's signature, and some witnesses'
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    need(y < P and x * x % P == square and (x or not sign), "no point of the curve")
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    total = (0, 1, 1, 0)
    while n:
        total = add(total, p) if n & 1 else total
        n, p = n >> 1, add(p, p)
    return total


def ed25519(public, message, signature):
    need(len(public) == 32 and len(signature) == 64, "wrong length")
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little")
    x, y, z, xy = point(public)
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    x, y, z, xy = add(times(s, base), times(k % ORDER, (P - x, y, z, P - xy)))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == r


# ---- what is signed, and by whom
def read_key(text):
    name, stated, key = text.strip().split("+", 2)
    key = unbase64(key)
    need(sha256(name.encode(), b"\n", key)[:4].hex() == stated, "the key's id is wrong")
    return name, stated, key[0], key[1:]


def read_note(source):
    text, _, block = source.rpartition("\n\n")
    need(not re.search("[\0-\t\v-\x1f]", source), "a note has no control characters")
    lines = [re.fullmatch(r"— ([^+\s]+) (\S+)", line) for line in block.split("\n")]
    need(lines.pop() is None and all(lines), "this is not a signed note")
    signatures = [(line[1], unbase64(line[2])) for line in lines]
    need(0 < len(lines) <= 64, "a note has 1 to 64 signatures")
    origin, size, root, *more = text.split("\n")
    need(len(unbase64(root)) == 32 and origin and all(more), "this is no checkpoint")
    need(re.fullmatch(NUMBER, size), "the size is no number")
    return text + "\n", signatures, origin, int(size), unbase64(root)


def by_log(key, note, value):
    return key[2] == LOG and ed25519(key[3], note[0].encode(), value)


def has_signed(note, key, check=by_log):
    """Say whether the key signed the note; an invalid signature of it is an error."""
    own = [raw[4:] for name, raw in note[1] if [name, raw[:4].hex()] == [*key[:2]]]
    need(all(check(key, note, value) for value in own), f"{key[0]} did not sign this")
    return bool(own)


# ---- the receipt
def root_from(leaf, index, size, path):
    """Return the root to which the path leads from a leaf's hash (RFC 6962, 2.1.1)."""
    if size == 1:
        need(not path, "the path is too long")
        return leaf
    need(path, "the path is too short")
    half, rest = 1 << (size - 1).bit_length() - 1, path[:-1]
    if index < half:
        return sha256(b"\1", root_from(leaf, index, half, rest), path[-1])
    return sha256(b"\1", path[-1], root_from(leaf, index - half, size - half, rest))


def verify(receipt, key):
    """Return the entry's place, the checkpoint and the entry, or raise ``ValueError``."""
    head, _, checkpoint = receipt.partition("\n\n")
    head = re.fullmatch(FORM, head)
    need(head, "this is not a receipt (.tlog-proof) with its entry")
    note, index, path = read_note(checkpoint), int(head[2]), head[3].split()
    need(key[2] == LOG and note[2] == key[0], "the checkpoint is of another log")
    need(has_signed(note, key), "the checkpoint is not signed with this key")
    extra = json.loads(unbase64(head[1]))
    leaf, path = extra["leaf"], [unbase64(line) for line in path]
    need(index < note[3], "the entry lies behind the checkpoint")
    root = root_from(sha256(b"\0", leaf.encode()), index, note[3], path)
    need(root == note[4], "the entry is not under the root that was signed")
    entry = json.loads(extra.get("body", leaf))
    if extra.get("body", leaf) != leaf:
        sealed = sha256(bytes.fromhex(extra["salt"]), extra["body"].encode()).hex()
        need(json.loads(leaf)["sealed"] == sealed, "the body shown is another")
    need(entry.get("position", index) == index, "the entry names another place")
    return index, note, entry


def compare(note, other, key):
    """Hold a checkpoint kept elsewhere against the receipt's."""
    need(has_signed(other, key) and other[2] == note[2], "that is of another log")
    if other[3] != note[3]:
        raise OSError(f"the checkpoint kept is of {other[3]} entries, not {note[3]}")
    need(other[4] == note[4], "THE LOG WAS FORKED: it signed two roots of one size")


def ask_witnesses(note, policy):
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from verify_witnesses import seen_by  # put it beside this file

    names, good = seen_by(note, policy, sys.modules[__name__])
    print("Witnesses / Nhân chứng:", ", ".join(names) or "-")
    need(good, "fewer witnesses have seen the log than the policy asks")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("receipt", help="file, .tlog-proof")
    parser.add_argument("--key", required=True, help="the log's key, or a file with it")
    parser.add_argument("--checkpoint", help="a file: one that was kept elsewhere")
    parser.add_argument("--policy", help="a file: which witnesses, and how many")
    asked = parser.parse_args()
    try:
        key = read_key(read(asked.key) if Path(asked.key).is_file() else asked.key)
        index, note, entry = verify(read(asked.receipt), key)
        if asked.checkpoint:
            compare(note, read_note(read(asked.checkpoint)), key)
        if asked.policy:
            ask_witnesses(note, read(asked.policy))
    except (OSError, ImportError) as error:
        print("Not tried / Chưa kiểm tra được:", error)
        return 2
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        print("It does NOT hold / KHÔNG đúng:", error)
        return 1
    print(f"It holds / Đúng: {index} / {note[3]}, {note[2]}", end="\n\n")
    print(json.dumps(entry, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
