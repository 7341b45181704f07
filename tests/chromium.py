"""The browser that tests drive, and how it is started."""

from __future__ import annotations

import shutil

# The shell is Chromium without its own window: it draws pages and nothing else, for half
# the processor time. What a page is, both say alike.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
