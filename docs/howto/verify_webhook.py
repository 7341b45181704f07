"""Verify that a delivery came from the house: Standard Webhooks, nothing but Python 3.8.

    body = verify(secret, headers, raw_body)

``raw_body`` is what arrived, byte for byte; ``headers`` with names in lower case. Raises
``ValueError`` for what was not signed with the secret, or more than five minutes ago.
Keep the ``webhook-id``: the same delivery may arrive more than once.
"""

import base64
import hashlib
import hmac
import json
import time

OLDEST = 300  # seconds


def verify(secret, headers, raw_body, at=None):
    name, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    now = time.time() if at is None else at
    if not stamp.isdigit() or abs(now - int(stamp)) > OLDEST:
        raise ValueError("the delivery is too old, or of the future")
    key = base64.b64decode(secret[len("whsec_") :])
    signed = f"{name}.{stamp}.".encode() + raw_body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    for given in headers["webhook-signature"].split(" "):
        kind, _comma, value = given.partition(",")
        if kind == "v1" and hmac.compare_digest(value.encode(), expected):
            return json.loads(raw_body)
    raise ValueError("the delivery is not signed with this secret")
