"""Judge a folder of open data, every format, with the network off.

    python -m tests.exports.judge FOLDER

Prints for each format how many records, which judge, and how many faults; exit status 1
on a fault. ``python -m tests.exports.whole`` (``make judge``) writes such a folder first.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.exports import offline

SHOWN = 20  # faults of a format that are told one by one


def main() -> None:
    (folder,) = map(Path, sys.argv[1:])
    # Before a library may begin a thread: only the one that asks is moved.
    alone = offline.cut_off()
    from tests.exports import verdicts  # noqa: PLC0415

    too = ", and taken away by the kernel" if alone else ""
    sys.stdout.write(f"network: refused in this process{too}\n")
    found = verdicts.every(folder)
    wide = max(len(one.judge) for one in found)
    for one in found:
        counted = f"{one.records:8} records  {one.judge:{wide}}"
        sys.stdout.write(f"{one.name:24}{counted}  {len(one.faults)} faults\n")
        for fault in one.faults[:SHOWN]:
            sys.stdout.write(f"    {fault[:400]}\n")
    sys.exit(any(one.faults for one in found))


if __name__ == "__main__":
    main()
