"""What is sealed in the tables of alerts, opened for whoever may read it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from opensti.kernel.sealing import unseal

if TYPE_CHECKING:
    from opensti.domains.supervision.models import Alert, AlertFile, AlertMessage

# The file ``alerts.key`` in the data directory.
KEY = "alerts"


def unsealed(alert: Alert) -> dict[str, str]:
    """``text`` and ``concerns`` of an alert (access: the caller's)."""
    found: dict[str, str] = json.loads(
        unseal(bytes(alert.sealed), key=KEY, about=alert.subject)
    )
    return found


def unsealed_message(alert: Alert, message: AlertMessage) -> str:
    found = json.loads(unseal(bytes(message.sealed), key=KEY, about=alert.subject))
    return str(found["text"])


def unsealed_file(file: AlertFile) -> tuple[str, str, bytes]:
    """Name, type and bytes."""
    found = json.loads(unseal(bytes(file.sealed), key=KEY, about=file.alert.subject))
    return found["name"], found["type"], base64.b64decode(found["data"])
