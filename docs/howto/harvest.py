"""Keep a copy of a public register: take everything once, then follow the changes.

    python3 harvest.py https://house.example FOLDER [--key KEY] [--follow SECONDS]

Nothing but Python 3.8 or newer. FOLDER holds a file for each thing, and the cursor in
``cursor``: stopped at any moment, the next run goes on. What the house hides is deleted.
"""

import argparse
import json
import re
import time
import urllib.error
import urllib.request
from pathlib import Path

KINDS = ("organisations", "calls", "orders", "decisions", "tasks", "results", "offers")
NAMES = {kind[:-1]: kind for kind in KINDS}


class House:
    def __init__(self, address, key=""):
        self.address, self.key = address.rstrip("/"), key

    def get(self, address):
        """The body and the address of the next part; waits when told to."""
        heads = {"Accept": "application/json"}
        if self.key:
            heads["Authorization"] = f"Bearer {self.key}"
        while True:
            request = urllib.request.Request(address, headers=heads)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    link = answer.headers.get("Link") or ""
                    following = re.search(r'<([^>]*)>; rel="next"', link)
                    return answer.read(), following and following[1]
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503):
                    raise
                time.sleep(int(error.headers.get("Retry-After") or 5))

    def read(self, path):
        return json.loads(self.get(self.address + path)[0])


def take_everything(house, folder):
    """First the cursor, then every list: what changes meanwhile is among the changes."""
    start = house.read("/api/v1/changes?since=now")["next"]
    for kind in KINDS:
        following = f"{house.address}/api/v1/{kind}?cursor=&limit=500&count=false"
        while following:
            body, following = house.get(following)
            for row in json.loads(body)["items"]:
                keep(folder, kind, row)
    return start


def follow(house, folder, cursor):
    """Read changes from a cursor on until there are no more; return the next cursor."""
    more = True
    while more:
        part = house.read(f"/api/v1/changes?limit=500&since={cursor}")
        for change in part["items"]:
            if change["kind"] == "policy":
                take_everything(house, folder)  # what is shown of anything may differ
            kind = NAMES.get(change["kind"])
            if kind is not None:
                fetch(house, folder, kind, change)
        cursor, more = part["next"], part["more"]
        (folder / "cursor").write_text(cursor)  # only now: a crash reads it once more
    return cursor


def fetch(house, folder, kind, change):
    """A change says what changed; how it stands now is read where it stands."""
    try:
        row = house.read(f"/api/v1/{kind}/{change['id']}") if change["shown"] else None
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        row = None  # hidden since it was told
    if row is None:
        place(folder, kind, change["id"]).unlink(missing_ok=True)
    else:
        keep(folder, kind, row)


def receipt(house, position):
    """The receipt of a public act, for verify.py."""
    return house.get(f"{house.address}/api/v1/entries/{position}/receipt")[0].decode()


def place(folder, kind, name):
    if not re.fullmatch("[0-9a-z]{1,40}", name):
        raise ValueError(f"{name!r} is no identifier")
    return folder / kind / f"{name}.json"


def keep(folder, kind, row):
    path = place(folder, kind, row["public_id"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(row, ensure_ascii=False, indent=1), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("house")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", default="")
    parser.add_argument("--follow", type=float, metavar="SECONDS")
    said = parser.parse_args()
    house = House(said.house, said.key)
    said.folder.mkdir(parents=True, exist_ok=True)
    kept = said.folder / "cursor"
    cursor = kept.read_text() if kept.exists() else take_everything(house, said.folder)
    kept.write_text(cursor)
    while True:
        cursor = follow(house, said.folder, cursor)
        if said.follow is None:
            break
        time.sleep(said.follow)


if __name__ == "__main__":
    main()
