"""Which addresses may be gone to: those of the public web, and what an operator has named in a setting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yarl import URL

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(names: str) -> tuple[Network, ...]:
    return tuple(ip_network(name) for name in names.split())


_URL_CHARACTERS = 2_000
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_PORTS = frozenset({80, 443, 8080, 8443})
_WORLD = ip_network("2000::/3")
"""All of IPv6 that is given out to the public. Outside: mapped and compatible IPv4, NAT64, local, private, multicast."""
# Spelt out, since versions of Python differ about them: IANA's special purposes, relays, tunnels, multicast, reserved.
_NOT_PUBLIC = _networks(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 "
    "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20"
)
_METADATA = _networks("168.63.129.16/32 fd00:ec2::/32")
"""Services of clouds that hand out credentials and are no link-local addresses."""
_OWN = _networks("10.0.0.0/8 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7")


class FetchError(Exception):
    """A page could not be had; the message says why in a sentence, without a word of the page or its address."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        """What the server answered, if that is why."""


class Refused(FetchError):
    """The address is one that we do not go to."""


def public(address: Address, port: int) -> bool:
    """Whether an address is one of the public internet, reached as itself, at a port for pages."""
    return port in _PORTS and _global(address)


def own_network(address: Address, port: int) -> bool:
    """Public, private or this machine; for an address that the operator has set, never for one that was found."""
    return _global(address) or (_within(address, _OWN) and not _within(address, _METADATA))


def _global(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _WORLD):
        return False
    return not _within(address, (*_NOT_PUBLIC, *_METADATA))


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def checked(address: str) -> URL:
    """The address as a URL of http or https with a plain host and no credentials; Refused if it is not one."""
    url = checked_reference(address)
    if url.scheme not in {"http", "https"}:
        raise Refused("only addresses that begin with http:// or https:// are fetched")
    if url.user is not None or url.password is not None or "@" in url.raw_authority:
        raise Refused("the address holds credentials")
    if not url.port or not _HOST.fullmatch(url.raw_host or ""):
        raise Refused("the address has no valid host")
    return url


def checked_reference(address: str) -> URL:
    """The same for an address that may lack its beginning, as redirects may."""
    from yarl import URL

    if not 0 < len(address) <= _URL_CHARACTERS or re.search(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]", address):
        raise Refused("the address is empty, too long or holds spaces or control characters")
    try:
        return URL(address)
    except (ValueError, IndexError):  # yarl stumbles over "//[]@"
        raise Refused("the address is not a valid one") from None
