"""Write docs/reference/openapi.json from the routes; a test compares them.

python tools/openapi.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")

import django

HERE = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"


def main() -> None:
    django.setup()
    from opensti.api.urls import api  # noqa: PLC0415 -- after setup

    schema = api.get_openapi_schema()
    text = json.dumps(schema, default=str, ensure_ascii=False, indent=1, sort_keys=True)
    HERE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
