"""Gets a page of the public web, and nothing else: an address is checked when it is known and again when it is connected to.

A host name is looked up once, every address it has must be public, and the connection goes to one of these addresses; each
redirect begins anew. No cookies, no proxies, no credentials, no more than so many bytes, unpacked or not, or seconds.
"""

from __future__ import annotations

import asyncio
import re
import socket
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast

from tasks.tools.web.addresses import Address, FetchError, Refused, checked, checked_reference, public

if TYPE_CHECKING:
    from aiohttp import ClientResponse, TCPConnector
    from aiohttp.abc import AbstractResolver, ResolveResult
    from yarl import URL

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host name."""
Permit = Callable[[Address, int], bool]
"""Whether an address and port may be connected to."""

_MEMBERS = 16
_KINDS = re.compile(r"text/[\w.+-]+|application/(json|xhtml\+xml)")
# Codecs beyond these are no encodings of pages, and some take quadratic time.
_CHARSETS = re.compile(
    r"utf-?(8|16)|us-ascii|iso-8859-\d\d?|windows-125\d|koi8-[ru]|shift_jis|euc-(jp|kr)|gb(2312|k|18030)|big5"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched: text of strangers."""

    url: str
    kind: str
    text: str


async def look_up(host: str, port: int) -> list[str]:
    """What the system says the addresses of a host name are; none if it does not know the name."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(info[4][0]) for info in found))


@dataclass(frozen=True)
class Fetcher:
    """Gets pages within limits."""

    permit: Permit = public
    resolve: Resolve = look_up
    redirects: int = 3
    seconds: float = 15
    """For everything together: look-ups, redirects, the page."""
    most: int = 2_000_000
    """Bytes of a page, as sent and as unpacked."""

    async def get(
        self, address: str, parameters: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Page:
        """The page at `address`, with `parameters` as its query; FetchError if it cannot be had, Refused if it may not be."""
        import aiohttp

        url = checked(address)
        if parameters:
            url = url.update_query(parameters)
        try:
            async with asyncio.timeout(self.seconds):
                for _ in range(self.redirects + 1):
                    answer = await self._ask(url, headers or {})
                    if isinstance(answer, Page):
                        return answer
                    url = checked(answer)
        except TimeoutError:
            raise FetchError(f"the page did not come within {self.seconds:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError, zlib.error):
            raise FetchError("the server could not be reached or its answer is broken") from None
        raise Refused("the server redirects too often" if self.redirects else "the server redirects elsewhere")

    async def _ask(self, url: URL, headers: Mapping[str, str]) -> Page | str:
        """The page, or where the server redirects to."""
        import aiohttp

        session = aiohttp.ClientSession(
            connector=self._connector(await self._addresses(url)),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,  # unpacked here, where it can be stopped
            timeout=aiohttp.ClientTimeout(total=self.seconds),
            headers={"User-Agent": "agentinstruct", "Accept-Encoding": "gzip"},
        )
        async with session, session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status in {301, 302, 303, 307, 308}:
                return str(url.join(checked_reference(response.headers.get("Location", ""))))
            if response.status != 200:
                raise FetchError(f"the server answered {response.status}", response.status)
            if not _KINDS.fullmatch(response.content_type):
                raise FetchError("the page is neither text, HTML nor JSON")
            charset = (response.charset or "").lower()
            data = await self._body(response)
        encoding = charset if _CHARSETS.fullmatch(charset) else "utf-8"
        return Page(str(url), response.content_type, data.decode(encoding, errors="replace"))

    async def _addresses(self, url: URL) -> list[Address]:
        host, port = cast(str, url.raw_host), cast(int, url.port)
        try:
            addresses = [ip_address(host)]
        except ValueError:
            addresses = [ip_address(found) for found in await self.resolve(host, port)]
        if not addresses:
            raise FetchError("the host name is not known")
        if not all(self.permit(address, port) for address in addresses):
            raise Refused("the address leads to a private or reserved network")
        return addresses

    def _connector(self, addresses: list[Address]) -> TCPConnector:
        import aiohttp

        def guarded(info: tuple[Any, ...]) -> socket.socket:
            """A socket, if the address about to be connected to may be: whatever came before, nothing passes here."""
            if not self.permit(ip_address(info[4][0]), info[4][1]):
                raise Refused("the address leads to a private or reserved network")
            return socket.socket(*info[:3])

        return aiohttp.TCPConnector(
            resolver=cast("AbstractResolver", _Pinned(addresses)),
            use_dns_cache=False,
            socket_factory=guarded,
            happy_eyeballs_delay=None,
            force_close=True,
        )

    async def _body(self, response: ClientResponse) -> bytes:
        """The whole body, unpacked."""
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in {"identity", "gzip", "x-gzip"}:
            raise FetchError("the page is packed in a way that was not asked for")
        data, sent, unpacker = bytearray(), 0, Unpacker()
        async for chunk in response.content.iter_chunked(65_536):
            sent += len(chunk)
            room = self.most - len(data) + 1
            data += chunk if packing == "identity" else unpacker.feed(chunk, room)
            if max(sent, len(data)) > self.most:
                raise FetchError(f"the page is larger than {self.most} bytes")
        if packing != "identity" and not unpacker.done:
            raise zlib.error("cut off")
        return bytes(data)


class Unpacker:
    """Gzip, a bounded piece at a time."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._members = 1

    @property
    def done(self) -> bool:
        return self._member.eof

    def feed(self, data: bytes, room: int) -> bytes:
        """What `data` unpacks to, at most `room` bytes of it."""
        result = b""
        while data and len(result) < room:
            if self._member.eof:
                self._members += 1
                if self._members > _MEMBERS:
                    raise zlib.error("too many members")
                self._member = zlib.decompressobj(31)
            result += self._member.decompress(data, room - len(result))
            data = self._member.unused_data
        return result


class _Pinned:
    """A resolver that knows one answer."""

    def __init__(self, addresses: list[Address]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        return [
            {
                "hostname": host,
                "host": str(address),
                "port": port,
                "family": socket.AF_INET if address.version == 4 else socket.AF_INET6,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing to close."""
