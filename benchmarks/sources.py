"""Peak memory and time of reading packed rows; what grows with their number tells duplicates, about 165 bytes a row."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import zstandard

WORDS = tuple("abcdefghijklmnop"[n % 16] * (n % 7 + 2) for n in range(60))
ROW_WORDS = 150
SIZES_MB = (20, 200)
_READ = """
import resource, sys
from tasks.documents import read
from tasks.documents.discover import discover
from tasks.settings import Settings
used = sum(not document.reject for document in read(discover(sys.argv[1:]), Settings(), kinds=("text",), skill=""))
print(used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def write_rows(path: Path, megabytes: int) -> int:
    """A file of jsonl of so many megabytes before it is packed, by its suffix gz, zst or zip; how many rows it has."""
    drawn, rows, left = random.Random(7), 0, megabytes * 1_000_000
    packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) if path.suffix == ".zip" else None
    with (
        packed.open("rows.jsonl", "w")
        if packed
        else gzip.open(path, "wb", 1)
        if path.suffix == ".gz"
        else zstandard.open(path, "wb")
    ) as stream:
        while left > 0:
            line = json.dumps({"text": f"{rows} " + " ".join(drawn.choices(WORDS, k=ROW_WORDS))}).encode() + b"\n"
            stream.write(line)
            rows, left = rows + 1, left - len(line)
    if packed:
        packed.close()
    return rows


def main() -> None:
    """Print peak memory and rows a second for each way of packing, small and large."""
    print(f"{'source':<14} {'MB':>5} {'rows':>8} {'peak MB':>8} {'rows/s':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("jsonl.gz", "jsonl.zst", "zip"):
            for megabytes in SIZES_MB:
                path = Path(folder, f"rows.{suffix}")
                rows = write_rows(path, megabytes)
                began = time.monotonic()
                read = subprocess.run(
                    [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True
                )
                seconds = time.monotonic() - began
                used, peak = map(int, read.stdout.split())
                if used != rows:
                    raise SystemExit(f"{suffix}: {used} of {rows} rows read")
                print(f"{suffix:<14} {megabytes:>5} {rows:>8} {peak:>8} {rows / seconds:>8.0f}", flush=True)


if __name__ == "__main__":
    main()
