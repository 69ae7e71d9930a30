"""Peak memory of a run over real code: the installed Python's own library, 500 documents against 5,000."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.client import generate

SETTINGS = ["instructions_per_passage=1", "refinement_rounds=0", "chunks_per_document=1"]


def peak(limit: int) -> tuple[float, int, float]:
    """Peak MB of the process, documents used, and wall seconds, of one run with the offline teacher in an empty home."""
    with tempfile.TemporaryDirectory() as name:
        library = Path(os.__file__).parent
        os.environ["AGENTINSTRUCT_HOME"] = f"{name}/home"
        arguments = [str(library), *_site_packages(), "--skill", "tool_use", "--output", f"{name}/out"]
        before = os.times().elapsed
        usage = generate([*arguments, "--limit", str(limit)], SETTINGS)
        documents = json.loads(Path(f"{name}/out/manifest.json").read_text())["documents"]
        return usage.ru_maxrss / 1024, documents["used"], os.times().elapsed - before


def _site_packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]


def main() -> None:
    """Print peak memory for 500 and 5,000 documents."""
    print(f"{'documents':>9} {'peak MB':>8} {'seconds':>8}")
    for limit in (500, 5000):
        megabytes, used, seconds = peak(limit)
        print(f"{used:>9} {megabytes:>8.0f} {seconds:>8.0f}")


if __name__ == "__main__":
    main()
