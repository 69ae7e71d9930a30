"""Whether a run can be shared as it was asked for, found out before anything starts."""

from __future__ import annotations

import os
from importlib.util import find_spec
from urllib.parse import urlsplit

from tasks.settings import Running, SettingsError

_PACKAGES = {"dask": ("prefect_dask", "distributed"), "ray": ("prefect_ray", "ray")}
_HERE = ("", "127.0.0.1", "localhost", "::1", "auto", "local")


def check_runner(running: Running) -> None:
    """SettingsError, in one sentence, if what is to execute the shares of a run cannot be had."""
    name = running.runner
    if lacking := [package for package in _PACKAGES.get(name, ()) if find_spec(package) is None]:
        raise SettingsError(
            f"--runner {name} needs the package {lacking[0]}: pip install -e '.[{name}]' in the project's environment"
        )
    if running.address and name == "processes":
        raise SettingsError("--address is for --runner dask, ray or pool: leave it out, or name one of them")
    server = os.environ.get("PREFECT_API_URL", "")  # perhaps that of a server of the run's own
    if name == "pool" and not server:
        raise SettingsError(
            "--runner pool needs the Prefect server that the pool's workers ask: set PREFECT_API_URL to its address"
        )
    if name in _PACKAGES and _host(server) in _HERE and _host(running.address) not in _HERE:
        raise SettingsError(
            f"the machines at {running.address} cannot reach a Prefect server on this one's loopback: start one that all reach "
            "(`prefect server start --host 0.0.0.0`) and set PREFECT_API_URL to its address"
        )


def _host(address: str) -> str:
    if "://" not in address:
        address = f"//{address}"
    return urlsplit(address).hostname or ""
