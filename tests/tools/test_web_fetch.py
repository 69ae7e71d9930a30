"""Pages of the public web only: every address that is none is refused, however it is written and whenever it turns up."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.text.html import html_to_text
from tasks.tools.web.addresses import Address, FetchError, Refused, checked, own_network, public
from tasks.tools.web.fetch import Fetcher, Page, Unpacker
from tests.growth import LIMIT, Repeated, growth
from tests.loopback import Answer, Loopback, redirect, response, serving

PRIVATE = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1"),
    *(
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *(
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
    ),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1"),
    *("3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450::1",
]
SPELLINGS = [
    *(
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "0",
        "0.0.0.0",
    ),
    *("localhost", "LOCALHOST", "localhost.", "①②⑦.0.0.1", "１２７。0。0。1", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]"),
    *(
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1%25lo]",
        "169.254.169.254",
    ),
]


def packed_up(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def found(answers: dict[str, list[str]]) -> Callable[[str, int], Awaitable[list[str]]]:
    """A look-up that knows these names."""

    async def resolve(host: str, port: int) -> list[str]:
        return answers.get(host, [])

    return resolve


def reaching(server: Loopback, **answers: list[str]) -> Fetcher:
    """A fetcher for which this one server is public, as pages.example; every other address is what it is."""

    def permit(address: Address, port: int) -> bool:
        return (str(address), port) == ("127.0.0.1", server.port) or public(address, port)

    names = {name.replace("_", "."): value for name, value in answers.items()}
    return Fetcher(permit=permit, resolve=found({"pages.example": ["127.0.0.1"], **names}), seconds=5, most=100_000)


def fetch(answer: Answer, path: str = "/", **changes: Any) -> tuple[Page, Loopback]:
    """What comes of asking a server that answers so."""

    async def run() -> tuple[Page, Loopback]:
        async with serving(answer) as server:
            return await replace(reaching(server), **changes).get(server.url(path)), server

    return asyncio.run(run())


def refused(answer: Answer, message: str, **changes: Any) -> None:
    with pytest.raises(FetchError, match=message):
        fetch(answer, **changes)


# Addresses


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_outside_the_public_web(address: str) -> None:
    assert not public(ip_address(address), 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_at_ports_for_pages(address: str) -> None:
    assert public(ip_address(address), 443) and public(ip_address(address), 80)
    assert not public(ip_address(address), 22) and not public(ip_address(address), 6379)


def test_the_operators_network_is_no_wider_than_it_must_be() -> None:
    own = {"10.0.0.1", "127.0.0.1", "127.255.255.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::1", "fc00::1"}
    assert {address for address in PRIVATE if own_network(ip_address(address), 8888)} == own
    assert all(own_network(ip_address(address), 8888) for address in PUBLIC)


@pytest.mark.parametrize("host", SPELLINGS)
def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    async def run() -> int:
        async with serving(lambda path: response("secret")) as server:
            with pytest.raises(FetchError):
                await Fetcher(seconds=5).get(server.url(host=host))
            with pytest.raises(FetchError):
                await Fetcher(seconds=5).get(f"http://{host}/")
            return len(server.requests)

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_there_is_refused(address: str) -> None:
    for answers in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        with pytest.raises(Refused, match="private or reserved"):
            asyncio.run(Fetcher(resolve=found({"evil.example": answers})).get("https://evil.example/"))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "x" * 3_000,
            "/etc/passwd",
            "//pages.example/",
            "file:///etc/passwd",
            "ftp://pages.example/",
            "gopher://h/",
        ),
        *(
            "data:text/plain,hello",
            "javascript:alert(1)",
            "unix:///run/x.sock",
            "http:///path",
            "http://",
            "https:pages.example",
        ),
        *(
            "http://user:pass@pages.example/",
            "http://user@pages.example/",
            "http://:@pages.example/",
        ),
        *(
            "http://pages.example\\@evil.example/",
            "http://pages.example /",
            "http://pages.example/\r\nX-A: b",
            "http://a\tb/",
        ),
        *(
            "http://pages.example:0/",
            "http://pages.example:99999/",
            "http://pages.example:80:80/",
            "http://[::1/",
            "http://a%00b/",
        ),
        *("http://%31%32%37.0.0.1/", "http://ex\x00ample/", "http://a,b/", "http://pages.example/\ud800", "http://*/"),
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(Refused) as why:
        asyncio.run(Fetcher(resolve=resolve).get(url))
    assert not url or url not in str(why.value)


@example("0://[]@")
@given(st.one_of(st.text(), st.text().map("http://{}".format), st.text("a@:/[]%.\\#?1-é").map("http://{}".format)))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        url = checked(text)
    except Refused:
        return
    assert url.scheme in {"http", "https"} and url.raw_host and url.port and url.user is None


def test_a_name_nobody_knows() -> None:
    with pytest.raises(FetchError, match="the host name is not known"):
        asyncio.run(Fetcher(resolve=found({})).get("http://nowhere.example/"))


# Between look-up and connection


def test_one_look_up_decides_and_each_redirect_looks_up_again() -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    async def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    page, _ = fetch(lambda path: response("first"), resolve=changing)
    assert (page.text, asked) == ("first", ["pages.example"])
    with pytest.raises(Refused, match="private or reserved"):
        fetch(lambda path: redirect("/again"), resolve=changing)
    assert len(asked) == 3


def test_the_address_is_checked_once_more_when_it_is_connected_to() -> None:
    async def run() -> int:
        async with serving(lambda path: response("secret")) as server:
            verdicts = iter([True, False])
            fetcher = replace(reaching(server), permit=lambda address, port: next(verdicts))
            with pytest.raises(Refused, match="private or reserved"):
                await fetcher.get(server.url())
            assert next(verdicts, None) is None
            return len(server.requests)

    assert asyncio.run(run()) == 0


def test_the_host_is_kept_in_header_and_handshake() -> None:
    async def run() -> list[bytes]:
        async with serving(lambda path: response("hello")) as server:
            await reaching(server).get(server.url("/a?b=c"))
            with pytest.raises(FetchError):
                await reaching(server).get(server.url().replace("http:", "https:"))
            return server.requests

    plain_request, handshake = asyncio.run(run())
    assert plain_request.startswith(b"GET /a?b=c HTTP/1.1\r\nHost: pages.example:")
    assert handshake.startswith(b"\x16\x03") and b"pages.example" in handshake


# Redirects


@pytest.mark.parametrize(
    "to",
    [
        *(
            "http://127.0.0.1/",
            "http://localhost:{port}/",
            "http://169.254.169.254/latest/",
            "http://[::1]:{port}/",
            "//10.0.0.1/",
        ),
        *(
            "http://inside.example/",
            "file:///etc/passwd",
            "http://u:p@pages.example:{port}/",
            "",
            "http://pages.example\\@x/",
        ),
        *("http://2130706433:{port}/", "ftp://pages.example/", "http://8.8.8.8:22/"),
    ],
)
def test_a_redirect_to_anywhere_else_is_refused(to: str) -> None:
    async def run() -> int:
        async with serving(lambda path: redirect(to.format(port=server.port))) as server:
            looking = found(
                {"pages.example": ["127.0.0.1"], "inside.example": ["10.0.0.1"], "localhost": ["127.0.0.1"]}
            )
            # Only by its name is the server public here: the permit of `reaching` would let its bare address through.
            names = iter([True] * 2)
            fetcher = replace(
                reaching(server),
                resolve=looking,
                permit=lambda a, p: public(a, p) or (p == server.port and next(names, False)),
            )
            with pytest.raises(FetchError):
                await fetcher.get(server.url())
            return len(server.requests)

    assert asyncio.run(run()) == 1


def test_a_redirect_with_credentials_is_refused_before_anything_is_sent() -> None:
    async def run() -> int:
        async with serving(lambda path: redirect(f"http://me:secret@pages.example:{server.port}/")) as server:
            with pytest.raises(Refused, match="credentials"):
                await reaching(server).get(server.url())
            return len(server.requests)

    assert asyncio.run(run()) == 1


def test_three_redirects_and_no_more() -> None:
    def chain(path: str) -> bytes:
        left = int(path[1:])
        return redirect(f"/{left - 1}") if left else response("there")

    page, server = fetch(chain, "/3")
    assert page.text == "there" and page.url == server.url("/0") and len(server.requests) == 4
    with pytest.raises(Refused, match="too often"):
        fetch(chain, "/4")
    with pytest.raises(Refused, match="redirects elsewhere"):
        fetch(chain, "/1", redirects=0)


def test_no_cookie_proxy_or_credential_comes_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine pages.example login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    page, server = fetch(lambda path: response("there") if path == "/to" else redirect("/to", Set_Cookie="a=b; Path=/"))
    asked = b"".join(server.requests).lower()
    assert page.text == "there" and b"cookie" not in asked and b"authorization" not in asked and b"http://" not in asked


# Bodies


def test_kinds_of_pages_that_are_read() -> None:
    for kind in (
        "text/html; charset=utf-8",
        "text/plain",
        "application/json",
        "application/xhtml+xml",
        "text/markdown",
    ):
        assert fetch(lambda path, kind=kind: response("é", kind))[0].text == "é"  # type: ignore[misc]


@pytest.mark.parametrize(
    "kind", ["", "image/png", "application/octet-stream", "application/pdf", "video/mp4", "multipart/mixed", "x"]
)
def test_other_kinds_are_not(kind: str) -> None:
    refused(lambda path: response("x", kind), "neither text")


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "unicode_escape", "zlib", "rot13", "nope", "utf-7", "\xff", "a" * 500]
)
def test_a_strange_charset_is_not_believed(charset: str) -> None:
    assert (
        fetch(lambda path: response("caf\u00e9 \\x41", f"text/plain; charset={charset}"))[0].text == "caf\u00e9 \\x41"
    )


def test_charsets_and_broken_characters() -> None:
    assert fetch(lambda path: response(b"caf\xe9", "text/plain; charset=ISO-8859-1"))[0].text == "café"
    assert fetch(lambda path: response(b"caf\xe9"))[0].text == "caf\ufffd"


@pytest.mark.parametrize(
    "status", ["204 No Content", "206 Partial", "304 Not Modified", "404 Not Found", "500 Oops", "300 Choices"]
)
def test_other_answers_are_told_by_their_number(status: str) -> None:
    with pytest.raises(FetchError, match=f"the server answered {status[:3]}") as why:
        fetch(lambda path: response("", status=status))
    assert why.value.status == int(status[:3])


def test_gzip_is_unpacked_in_one_or_more_members() -> None:
    packed = packed_up(b"hello ") + packed_up(b"there")
    assert fetch(lambda path: response(packed, Content_Encoding="gzip"))[0].text == "hello there"


@pytest.mark.parametrize(
    ("body", "encoding", "message"),
    [
        (packed_up(b"\0" * 50_000_000), "gzip", "larger than 100000 bytes"),
        (packed_up(packed_up(b"\0" * 1_000_000)), "gzip, gzip", "not asked for"),
        (packed_up(b"") * 3_000, "gzip", "broken"),
        (packed_up(b"hello" * 100)[:-9], "gzip", "broken"),
        (b"hello", "gzip", "broken"),
        (b"", "gzip", "broken"),
        (b"\x0b\x02\x80hello\x03", "br", "not asked for"),
        (b"x" * 100_001, "", "larger than 100000 bytes"),
    ],
)
def test_bombs_and_broken_packing(body: bytes, encoding: str, message: str) -> None:
    refused(lambda path: response(body, Content_Encoding=encoding), message)


def test_no_more_is_unpacked_than_there_is_room_for() -> None:
    assert len(Unpacker().feed(packed_up(b"\0" * 10_000_000), 500)) == 500


def test_a_page_as_large_as_may_be() -> None:
    assert len(fetch(lambda path: response(b"x" * 100_000))[0].text) == 100_000


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def endless(head: bytes, part: bytes) -> Iterator[bytes]:
    yield head
    for _ in itertools.count():
        yield part


@pytest.mark.parametrize(
    ("head", "part", "message"),
    [
        (HEAD + b"\r\n", b"x" * 60_000, "larger than"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"ea60\r\n" + b"x" * 60_000 + b"\r\n", "larger than"),
        (HEAD + b"Content-Length: 50\r\n\r\n", b"x", "within 0.6 seconds"),
        (HEAD, b"X-Filler: " + b"x" * 7_000 + b"\r\n", "broken|within 0.6 seconds"),
        (HEAD, b"x" * 60_000, "broken"),
        (b"", b"", "within 0.6 seconds"),
        (b"SSH-2.0-x\r\n", b"", "broken"),
    ],
)
def test_what_never_ends_is_left(head: bytes, part: bytes, message: str) -> None:
    refused(lambda path: endless(head, part), message, seconds=0.6)


def test_a_slow_look_up_counts_too() -> None:
    async def slow(host: str, port: int) -> list[str]:
        await asyncio.sleep(9)
        return []

    refused(lambda path: response(""), "within 0.1 seconds", resolve=slow, seconds=0.1)


def test_nobody_there() -> None:
    async def run() -> None:
        async with serving(lambda path: b"") as server:
            fetcher = reaching(server)
        await fetcher.get(server.url())

    with pytest.raises(FetchError, match="could not be reached"):
        asyncio.run(run())


# Plain text


@pytest.mark.parametrize(
    "bomb", ["<", "<!--", "<script>", "<a ", "&#", "&", "</script", "<script></script", "\n ", "<p>"]
)
def test_twice_the_page_takes_about_twice_the_time(bomb: str) -> None:
    assert growth(lambda page: html_to_text(page, 1_000), Repeated(bomb, 100_000 // len(bomb))) < LIMIT
