"""Pushing a release to the Hugging Face hub: a dataset repository a format, private unless it is told otherwise.

The token is what huggingface_hub finds: HF_TOKEN in the environment, or its own login. It is nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.publish.release.origin import ReleaseError
from tasks.records import Json
from tasks.records.store import Store

_LACKING = "--push needs huggingface_hub: pip install huggingface_hub"
_TOKEN = "set HF_TOKEN to a token that may write, or log in with `hf auth login`"
_REPLACED = ["data/*", "*.jsonl", "*.parquet"]
"""What of an earlier release goes from a repository, where this one has no such file."""


def repositories(push: str, formats: Sequence[str]) -> dict[str, str]:
    """Format -> its repository: that which was named for the first, its name and the format's for each other."""
    return {format: f"{push}-{format}" if place else push for place, format in enumerate(formats)} if push else {}


def check(output: Store, *, dry_run: bool) -> None:
    """ReleaseError, before anything is made, if nothing could be pushed from this output."""
    if dry_run:
        return
    if not output.local:
        raise ReleaseError(f"--push reads a local folder, and {output.output} is none: choose another --output")
    try:
        from huggingface_hub import get_token
    except ImportError:
        raise ReleaseError(_LACKING) from None
    if get_token() is None:
        raise ReleaseError(f"there is no token for the hub: {_TOKEN}")


def planned(output: Store, told: Json) -> list[Json]:
    """What of a format is pushed: files with their bytes."""
    return [{"path": path, "bytes": output.fs.size(output.path(f"{told['format']}/{path}"))} for path in told["files"]]


def push(output: Store, told: Json, repository: str, *, public: bool) -> str:
    """Push the files of a format in one commit; the address of the repository.

    ReleaseError, in a sentence with its remedy, if the hub refuses or cannot be reached, or if the repository is one that
    everybody can read and nobody said that this may be.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi()
    try:
        made = api.create_repo(repository, repo_type="dataset", private=not public, exist_ok=True)
        if not public and not api.dataset_info(repository).private:
            raise ReleaseError(
                f"{repository} is there and everybody can read it: add --public if that is meant, or push to another name"
            )
        api.upload_folder(
            repo_id=repository,
            repo_type="dataset",
            folder_path=output.path(told["format"]),
            allow_patterns=list(told["files"]),
            delete_patterns=_REPLACED,
            commit_message=_message(told["configs"]),
        )
    except ReleaseError:
        raise
    except HfHubHTTPError as error:
        raise ReleaseError(_refused(repository, error.response.status_code)) from None
    except Exception as error:  # its client of HTTP raises what it likes
        raise ReleaseError(
            f"the hub cannot be reached ({type(error).__name__}); what was written stays, the same command again pushes it"
        ) from None
    return str(made)


def _message(configs: Mapping[str, Mapping[str, int]]) -> str:
    rows = sum(n for splits in configs.values() for n in splits.values())
    return f"{rows:,} rows in {len(configs)} configuration{'s' * (len(configs) != 1)}"


def _refused(repository: str, status: int) -> str:
    if status in (401, 403):
        return f"the hub refused {repository} (HTTP {status}): {_TOKEN}, and see that it may write there"
    if status == 404:
        return f"the hub knows no {repository}, or the token may not write there (HTTP 404): {_TOKEN}"
    return f"the hub failed with HTTP {status} for {repository}: the same command again pushes what was written"
