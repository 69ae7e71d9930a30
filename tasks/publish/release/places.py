"""Where a document came from, as strangers may know it: no path of this machine, no name or password in an address."""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=://)[^/@\s]*@")


def public(uri: str | None) -> str | None:
    """A document's uri as it may be published: of a path from the root of a disk its last name, of an address no user."""
    if not uri:
        return uri
    if "://" in uri and not uri.startswith("file:"):
        return _USER.sub("", uri)
    file, inside, entry = uri.partition("!/")
    name = file.rsplit("/", 1)[-1] if file.startswith(("/", "~", "file:")) else file
    return f"{name}{inside}{entry}"
