"""The dataset that a student is taught: a curated one, with rows that are for training."""

from __future__ import annotations

from tasks.publish.release.origin import Origin
from tasks.training.students import TeachingError


def opened(data: str, *, offline_rows: bool, preferences: bool) -> Origin:
    """The dataset; ReleaseError or TeachingError, in one sentence, if nothing can be taught of it."""
    origin = Origin(data)
    if not origin.curated:
        raise TeachingError(
            f"{data} is a {origin.sort} that was not curated: make a dataset of it with `agentinstruct curate {data} --output "
            "DATA`, which also holds rows out to measure by"
        )
    if not origin.sources("rows", "train"):
        raise TeachingError(f"{data} holds no row to train on: curate more runs, or with fewer conditions")
    if (origin.manifest.get("teacher") or {}).get("model") == "offline" and not offline_rows:
        raise TeachingError(
            f"the rows of {data} are the offline teacher's and not for training: generate with --teacher MODEL, or add "
            "--offline-rows to see how a student is taught"
        )
    if preferences and not origin.sources("preferences", "train"):
        raise TeachingError(
            f"{data} holds no preferences: leave out --preferences, or generate with feedback_rows, which is the default, and "
            "with a judge that finds answers to prefer"
        )
    return origin
