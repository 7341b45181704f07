"""Which witnesses have seen a log: for verify.py, beside which this file lies.

Nothing but the standard library. Formats: c2sp.org/tlog-policy and tlog-cosignature;
signatures: Ed25519 (in verify.py) and ML-DSA-44 (FIPS 204, algorithm 8, whose names are
used here).
"""

import hashlib

WITNESS_ED25519, WITNESS_ML_DSA_44 = 4, 6  # kinds of keys


def seen_by(note, policy, verify):
    """Return the names of the policy's witnesses that signed, and whether they suffice."""
    keys, groups, quorum = read_policy(policy, verify.read_key)

    def check(key, note, value):
        return cosigned(key, note, value, verify.ed25519)

    seen = [name for name, key in keys.items() if verify.has_signed(note, key, check)]
    return seen, enough(quorum, groups, seen)


def cosigned(key, note, value, ed25519):
    """Say whether a witness's signature, which begins with its time, is its own."""
    text, _signatures, origin, size, root = note
    name, _key_id, kind, public = key
    time, signature = value[:8], value[8:]
    if kind == WITNESS_ED25519:
        since = int.from_bytes(time, "big")
        return ed25519(
            public, f"cosignature/v1\ntime {since}\n{text}".encode(), signature
        )
    names = [bytes([len(part)]) + part for part in (name.encode(), origin.encode())]
    message = b"subtree/v1\n\0" + names[0] + time + names[1] + bytes(8)
    message += size.to_bytes(8, "big") + root
    return kind == WITNESS_ML_DSA_44 and ml_dsa_44(public, message, signature)


def read_policy(text, read_key):
    """Return witnesses by name, groups (at least so many of these), and the quorum."""
    keys, groups, quorum = {}, {"none": (0, [])}, None
    for words in filter(None, map(str.split, text.splitlines())):
        if words[0] == "witness":
            keys[words[1]] = read_key(words[2])
        elif words[0] == "group":
            least = {"any": 1, "all": len(words) - 3}.get(words[2]) or int(words[2])
            groups[words[1]] = least, words[3:]
        elif words[0] == "quorum":
            quorum = words[1]
    if quorum not in keys and quorum not in groups:
        raise ValueError("the policy lacks its quorum")
    return keys, groups, quorum


def enough(name, groups, seen):
    if name not in groups:
        return name in seen
    least, members = groups[name]
    return sum(enough(member, groups, seen) for member in members) >= least


# ---- ML-DSA-44
Q, GAMMA1, GAMMA2, OMEGA, BETA, TAU = 8380417, 2**17, 95232, 80, 78, 39
ZETAS = [pow(1753, int(f"{n:08b}"[::-1], 2), Q) for n in range(256)]


def shake256(*parts, size):
    return hashlib.shake_256(b"".join(parts)).digest(size)


def numbers(raw, bits):
    """Split bytes into numbers of so many bits, the lowest first."""
    whole = int.from_bytes(raw, "little")
    return [whole >> at & (1 << bits) - 1 for at in range(0, 8 * len(raw), bits)]


def ntt(w):
    w, m, length = [x % Q for x in w], 0, 128
    while length:
        for start in range(0, 256, 2 * length):
            m += 1
            for j in range(start, start + length):
                t = ZETAS[m] * w[j + length]
                w[j], w[j + length] = (w[j] + t) % Q, (w[j] - t) % Q
        length //= 2
    return w


def inverse_ntt(w):
    w, m, length = list(w), 256, 1
    while length < 256:
        for start in range(0, 256, 2 * length):
            m -= 1
            for j in range(start, start + length):
                a, b = w[j], w[j + length]
                w[j], w[j + length] = (a + b) % Q, ZETAS[m] * (b - a) % Q
        length *= 2
    return [x * 8347681 % Q for x in w]  # divided by 256


def uniform(rho, row, column):
    """Return one polynomial of the public matrix (RejNTTPoly)."""
    raw = hashlib.shake_128(rho + bytes([column, row])).digest(1536)
    return [x for x in (v % 2**23 for v in numbers(raw, 24)) if x < Q][:256]


def sample_in_ball(seed):
    raw = shake256(seed, size=1024)
    signs, rest, c = numbers(raw[:8], 1), iter(raw[8:]), [0] * 256
    for n in range(TAU):
        i = 256 - TAU + n
        j = next(x for x in rest if x <= i)
        c[i], c[j] = c[j], 1 - 2 * signs[n]
    return c


def use_hint(hint, r):
    low = (r + GAMMA2 - 1) % (2 * GAMMA2) - GAMMA2 + 1
    high = (r - low) // (2 * GAMMA2)
    if r - low == Q - 1:
        high, low = 0, low - 1
    return (high + hint * (1 if low > 0 else -1)) % 44


def unpack_hints(raw):
    """Return four rows of hints, or None where they are not written as they must be."""
    hints, at = [[0] * 256 for _ in range(4)], 0
    for row, end in enumerate(raw[OMEGA:]):
        places = list(raw[at:end])
        if not at <= end <= OMEGA or places != sorted(set(places)):
            return None
        for place in places:
            hints[row][place] = 1
        at = end
    return None if any(raw[at:OMEGA]) else hints


def ml_dsa_44(public, message, signature):
    if len(public) != 1312 or len(signature) != 2420:
        return False
    seed, hints = signature[:32], unpack_hints(signature[-84:])
    z = [GAMMA1 - x for x in numbers(signature[32:-84], 18)]
    if hints is None or max(map(abs, z)) >= GAMMA1 - BETA:
        return False
    z = [ntt(z[at : at + 256]) for at in range(0, 1024, 256)]
    t1, c, w1 = numbers(public[32:], 10), ntt(sample_in_ball(seed)), 0
    for row in range(4):
        t = ntt([x << 13 for x in t1[256 * row : 256 * row + 256]])
        w = [-c[i] * t[i] for i in range(256)]
        for column in range(4):
            a = uniform(public[:32], row, column)
            w = [w[i] + a[i] * z[column][i] for i in range(256)]
        for i, r in enumerate(inverse_ntt([x % Q for x in w])):
            w1 |= use_hint(hints[row][i], r) << 6 * (256 * row + i)
    mu = shake256(shake256(public, size=64), b"\0\0", message, size=64)
    return shake256(mu, w1.to_bytes(768, "little"), size=32) == seed
