"""Search of the web: off unless set, the same hits as any search, and nothing but short plain text of what strangers say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.tools.search.index import SNIPPET, Hit, Searcher
from tasks.tools.web.addresses import Address, public
from tasks.tools.web.fetch import Fetcher
from tasks.tools.web.search import BRAVE, PAGE, SearchFailed, WebSearch, WebSearchError, open_web_search
from tests.loopback import Answer, Loopback, redirect, response, serving

KEY = "BSA-made-up-key-0123456789"
RESULTS: list[dict[str, Any]] = [
    {"url": "https://ferry.example/times", "title": "Ferry <b>times</b>", "content": "Boats leave at 9 &amp; 12."},
    {"url": "http://tram.example/", "title": "", "content": None, "engine": "x"},
    {"url": "https://ferry.example/times", "title": "again", "content": "again"},
    {"url": "https://bees.example/hive?x=1#a", "title": "Bees", "content": "Hives\0 of\u202e bees" + " and more" * 200},
]


def answering(results: object) -> Answer:
    return lambda path: response(json.dumps(results), "application/json")


def opened(server: Loopback) -> WebSearch:
    """The search of an operator whose SearXNG is on this machine."""
    search = open_web_search("searxng", f"http://127.0.0.1:{server.port}/searx/")
    assert search is not None
    return replace(search, asking=replace(search.asking, seconds=5))


def ask(answer: Answer, query: str = "ferry", count: int = 5, **options: str) -> tuple[list[Hit], Loopback]:
    async def run() -> tuple[list[Hit], Loopback]:
        async with serving(answer) as server:
            return await opened(server).asearch(query, count, **options), server

    return asyncio.run(run())


# Hits


def test_hits_come_in_order_plain_short_and_once() -> None:
    (ferry, tram, bees), _ = ask(answering({"results": RESULTS}))
    assert (ferry.title, ferry.source, ferry.snippet) == ("Ferry times", RESULTS[0]["url"], "Boats leave at 9 & 12.")
    assert (tram.title, tram.snippet) == ("", "")
    assert bees.snippet.startswith("Hives of bees and more") and len(bees.snippet) <= SNIPPET
    assert ferry.score > tram.score > bees.score > 0 and len({ferry.id, tram.id, bees.id}) == 3


def test_count_and_a_page_to_leave_out() -> None:
    answer = answering({"results": RESULTS})
    assert [hit.source for hit in ask(answer, count=1)[0]] == ["https://ferry.example/times"]
    assert len(ask(answer, exclude_source="https://ferry.example/times")[0]) == 2
    for query, count in (("", 5), (" \0\n", 5), ("ferry", 0)):
        hits, server = ask(answer, query, count)
        assert hits == [] and server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        7,
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://u:p@h.example/",
        "http://a b/",
        "//h.example",
        "http://h/" + "x" * 3_000,
    ],
)
def test_a_result_without_a_plain_address_is_left_out(url: object) -> None:
    results = [{"url": url, "title": "bad", "content": "bad"}, "nonsense", None, {"title": "none"}, RESULTS[0]]
    assert [hit.source for hit in ask(answering({"results": results}))[0]] == [RESULTS[0]["url"]]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("http://h.example/"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["results", "url", "title", "content"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_any_answer_gives_hits_or_one_clear_failure(value: object) -> None:
    class Fixed(Fetcher):
        async def get(self, address: str, *_: object) -> Any:
            from tasks.tools.web.fetch import Page

            return Page(address, "application/json", json.dumps(value))

    search = open_web_search("searxng", "http://searx.example")
    assert search is not None
    try:
        hits = asyncio.run(replace(search, asking=Fixed()).asearch("ferry"))
    except SearchFailed as why:
        assert str(why) == "the web search failed: the answer has not the form that was agreed"
    else:
        assert all(isinstance(hit, Hit) for hit in hits)


# What is asked


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("ferry & tram? #1 é/..", "q=ferry+%26+tram?+%231+%C3%A9/.."),
        ("a\r\nHost: evil.example\r\n\r\nGET /x", "q=a+Host:+evil.example+GET+/x"),
        ("a&format=html", "q=a%26format%3Dhtml"),
        ("%0d%0a\ud800\0\u202e b", "q=%250d%250a+b"),
    ],
)
def test_a_query_stays_a_query(query: str, sent: str) -> None:
    _, server = ask(answering({"results": []}), query)
    line, host = server.requests[0].decode().split("\r\n")[:2]
    assert line == f"GET /searx/search?{sent}&format=json HTTP/1.1" and host == f"Host: 127.0.0.1:{server.port}"


def test_a_long_query_is_cut() -> None:
    _, server = ask(answering({"results": []}), "word " * 5_000)
    assert len(server.requests) == 1 and server.requests[0].count(b"word") == 50


def test_brave_is_asked_with_the_key_in_a_header_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", f" {KEY}\n")
    brave = {
        "web": {
            "results": [{"url": "https://ferry.example/", "title": "Ferry", "description": "At <strong>9</strong>."}]
        }
    }

    async def run() -> tuple[list[Hit], bytes]:
        async with serving(answering(brave)) as server:
            search = open_web_search("brave", key_variable="MY_KEY")
            assert search is not None and search.provider.address == BRAVE and KEY not in repr(search)
            there = replace(search.provider, address=f"http://127.0.0.1:{server.port}/")
            asking = replace(search.asking, permit=lambda a, port: port == server.port)
            return await replace(search, provider=there, asking=asking).asearch("ferry", 3), server.requests[0]

    (hit,), request = asyncio.run(run())
    assert (hit.title, hit.snippet) == ("Ferry", "At 9.")
    assert request.startswith(b"GET /?q=ferry&count=3&") and request.count(KEY.encode()) == 1
    assert f"X-Subscription-Token: {KEY}\r\n".encode() in request


# What goes wrong


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            response("secret words", status="403 Forbidden"),
            "answered 403; let the instance answer in JSON: add json to",
        ),
        (response("secret words", status="429 Slow"), "answered 429; switch off the limiter"),
        (response("secret words", status="404 No"), "answered 404; check searxng_url"),
        (response("secret words", status="500 Oops"), "answered 500$"),
        (response("secret words", "application/json"), "has not the form"),
        (response("[" * 90_000, "application/json"), "has not the form"),
        (response('{"results": {}}', "application/json"), "has not the form"),
        (response("secret words", "image/png"), "neither text, HTML nor JSON"),
        (redirect("http://127.0.0.1/"), "redirects elsewhere"),
        (redirect("https://searx.example/"), "redirects elsewhere"),
        (b"secret words", "could not be reached or its answer is broken"),
    ],
)
def test_a_failure_says_what_to_do_and_nothing_of_the_answer(answer: bytes, message: str) -> None:
    with pytest.raises(SearchFailed, match=message) as why:
        ask(lambda path: answer, "private query")
    assert "secret" not in str(why.value) and "private" not in str(why.value)


@pytest.mark.parametrize("status", ["401 No", "403 No", "422 No"])
def test_a_refused_key_is_told_by_its_variable(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    monkeypatch.setenv("MY_KEY", KEY)

    async def run() -> None:
        async with serving(lambda path: response("", status=status)) as server:
            search = open_web_search("brave", key_variable="MY_KEY")
            assert search is not None
            there = replace(search.provider, address=f"http://127.0.0.1:{server.port}/")
            await replace(search, provider=there, asking=Fetcher(permit=lambda a, p: True)).asearch("x")

    with pytest.raises(SearchFailed, match="check the key in MY_KEY") as why:
        asyncio.run(run())
    assert KEY not in str(why.value)


# Settings


def test_off_is_off() -> None:
    assert open_web_search("off", "http://searx.example", "MY_KEY") is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("searxng",), "needs searxng_url"),
        (("searxng", "ftp://searx.example"), "searxng_url: only addresses that begin with http"),
        (("searxng", "http://me:secret@searx.example"), "searxng_url: the address holds credentials"),
        (("searxng", "searx.example"), "searxng_url: only addresses that begin with http"),
        (("brave",), "the environment variable named by web_search_key_variable"),
        (("brave", "", "ABSENT_KEY"), "put it into the environment variable ABSENT_KEY"),
        (("brave", "", "BAD_KEY"), "BAD_KEY does not hold a key"),
    ],
)
def test_a_setting_that_cannot_work_is_told(monkeypatch: pytest.MonkeyPatch, options: Any, message: str) -> None:
    monkeypatch.setenv("BAD_KEY", "secret\r\nX: y")
    with pytest.raises(WebSearchError, match=message) as why:
        open_web_search(*options)
    assert "secret" not in str(why.value)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://s.example", "http://s.example/search"),
        ("http://s.example:8888/", "http://s.example:8888/search"),
        ("https://s.example/searx/", "https://s.example/searx/search"),
        ("https://s.example/search?q=1", "https://s.example/search"),
        ("http://[::1]:8888/", "http://[::1]:8888/search"),
    ],
)
def test_the_address_of_an_instance(url: str, asked: str) -> None:
    search = open_web_search("searxng", url)
    assert search is not None and search.provider.address == asked


def test_brave_may_not_be_in_a_private_network_and_pages_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    brave, searxng = open_web_search("brave", key_variable="MY_KEY"), open_web_search("searxng", "http://10.0.0.1")
    assert brave is not None and searxng is not None
    assert brave.asking.permit is brave.reading.permit is searxng.reading.permit is public
    assert brave.asking.redirects == searxng.asking.redirects == 0


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "0.0.0.0", "[fe80::1]", "[fd00:ec2::254]", "[::ffff:127.0.0.1]", "224.0.0.1"]
)
def test_an_operator_cannot_name_what_hands_out_credentials(host: str) -> None:
    search = open_web_search("searxng", f"http://{host}/")
    assert search is not None
    with pytest.raises(SearchFailed, match="private or reserved network"):
        asyncio.run(search.asearch("ferry"))


# Pages


def read(answer: Answer, permit: Callable[[int], Callable[[Address, int], bool]]) -> str:
    async def run() -> str:
        async with serving(answer) as server:
            return await replace(opened(server), reading=Fetcher(permit=permit(server.port), seconds=5)).read(
                f"http://127.0.0.1:{server.port}/"
            )

    return asyncio.run(run())


def test_pages_are_read_as_plain_text() -> None:
    def here(own: int) -> Callable[[Address, int], bool]:
        return lambda address, port: port == own

    assert read(lambda path: response("<p>Hello<script>x</script>", "text/html"), here) == "Hello"
    assert read(lambda path: response("a <b> \0c"), here) == "a <b> c"
    assert len(read(lambda path: response("x" * 50_000), here)) == PAGE


def test_the_instance_of_the_operator_is_no_page() -> None:
    with pytest.raises(SearchFailed, match="the page cannot be read: the address leads to a private"):
        read(lambda path: response("x"), lambda own: public)


def test_both_searches_have_one_face() -> None:
    search = open_web_search("searxng", "http://searx.example")
    assert search is not None
    searcher: Searcher = search
    assert callable(searcher.asearch)
