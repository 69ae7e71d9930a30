"""Search of the web, off unless set: a SearXNG instance or the Brave Search API, with answers in the form of all search.

What comes back is text of strangers: it is made plain and short here, and remains material wherever it goes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tasks.records import Json, digest
from tasks.text.html import html_to_text, visible_line, visible_text
from tasks.tools.search.index import SNIPPET, Hit
from tasks.tools.web.addresses import FetchError, checked, own_network
from tasks.tools.web.fetch import Fetcher

_Choice = Literal["off", "searxng", "brave"]

BRAVE = "https://api.search.brave.com/res/v1/web/search"
_QUERY = 400
"""Characters of a query; Brave takes no more."""
_QUERY_WORDS = 50
_MOST = 20
"""Hits of one answer at most."""
_TITLE = 200
PAGE = 20_000
"""Characters of a page that is read."""


class WebSearchError(ValueError):
    """The search of the web is set up in a way that cannot work; the message says what to set."""


class SearchFailed(Exception):
    """A search found no answer; the message says why in a sentence, without a word of query or answer."""


@dataclass(frozen=True)
class Provider:
    """Where to ask, and how to read what comes back."""

    address: str
    parameters: Callable[[str, int], dict[str, str]]
    results: Callable[[Json], Any]
    snippet: str
    """The field of a result that holds the snippet."""
    remedies: Mapping[int, str]
    """What to do about an answer with this status."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class WebSearch:
    """Searches the web and reads pages of it."""

    provider: Provider
    asking: Fetcher
    """For the provider."""
    reading: Fetcher = field(default_factory=Fetcher)
    """For pages that were found."""

    async def asearch(self, query: str, count: int = 5, *, exclude_source: str = "") -> list[Hit]:
        """The first hits of the web, without those of the page `exclude_source`; SearchFailed if there is no answer."""
        asked = " ".join(visible_line(query, _QUERY).split()[:_QUERY_WORDS])
        if not asked or count < 1:
            return []
        provider = self.provider
        try:
            page = await self.asking.get(
                provider.address, provider.parameters(asked, min(count, _MOST)), provider.headers
            )
        except FetchError as why:
            raise SearchFailed(f"the web search failed: {why}{provider.remedies.get(why.status, '')}") from None
        hits = _hits(_results(provider, page.text), provider.snippet)
        return [hit for hit in hits if hit.source != exclude_source][: min(count, _MOST)]

    async def read(self, address: str) -> str:
        """The text of a page, of which no more than the beginning if it is long; SearchFailed if it cannot be had."""
        try:
            page = await self.reading.get(address)
        except FetchError as why:
            raise SearchFailed(f"the page cannot be read: {why}") from None
        return html_to_text(page.text, PAGE) if "html" in page.kind else visible_text(page.text, PAGE)


def open_web_search(choice: _Choice, searxng_url: str = "", key_variable: str = "") -> WebSearch | None:
    """The search that the settings ask for, or None if it is off; WebSearchError if a setting it needs is missing.

    A SearXNG instance may be on this machine or in a private network, at exactly `searxng_url`. The key of Brave is what the
    environment variable `key_variable` holds.
    """
    if choice == "searxng":
        return WebSearch(_searxng(searxng_url), Fetcher(permit=own_network, redirects=0))
    if choice == "brave":
        return WebSearch(_brave(key_variable), Fetcher(redirects=0))
    return None


def _searxng(url: str) -> Provider:
    if not url:
        raise WebSearchError("web_search=searxng needs searxng_url, the address of your SearXNG instance")
    try:
        base = checked(url)
    except FetchError as why:
        raise WebSearchError(f"searxng_url: {why}") from None
    return Provider(
        address=str((base if base.path.rstrip("/").endswith("/search") else base / "search").with_query(None)),
        parameters=lambda query, count: {"q": query, "format": "json"},
        results=lambda answer: answer["results"],
        snippet="content",
        remedies={
            403: "; let the instance answer in JSON: add json to search.formats in its settings.yml",
            404: "; check searxng_url",
            429: "; switch off the limiter of the instance for this client, or ask less often",
        },
    )


def _brave(variable: str) -> Provider:
    key = os.environ.get(variable, "").strip() if variable else ""
    if not key:
        raise WebSearchError(
            f"web_search=brave needs a key: put it into the environment variable {variable or 'named by web_search_key_variable'}"
        )
    if not key.isascii() or not key.isprintable():
        raise WebSearchError(
            f"the environment variable {variable} does not hold a key: it has characters that no key has"
        )
    refused = f"; check the key in {variable}"
    return Provider(
        address=BRAVE,
        parameters=lambda query, count: {"q": query, "count": str(count), "text_decorations": "false"},
        results=lambda answer: answer.get("web", {}).get("results", []),
        snippet="description",
        remedies={401: refused, 403: refused, 422: refused, 429: "; ask less often, or take a larger plan"},
        headers={"X-Subscription-Token": key, "Accept": "application/json"},
    )


def _results(provider: Provider, text: str) -> list[Any]:
    try:
        results = provider.results(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        results = None
    if not isinstance(results, list):
        raise SearchFailed("the web search failed: the answer has not the form that was agreed")
    return results


def _hits(results: list[Any], snippet: str) -> list[Hit]:
    """What can be used of the results, best first, each page once."""
    hits: dict[str, Hit] = {}
    for result in results:
        if not isinstance(result, dict):
            continue
        title, text, url = (
            value if isinstance(value := result.get(name), str) else "" for name in ("title", snippet, "url")
        )
        try:
            source = str(checked(url))
        except FetchError:
            continue
        hit = Hit(digest(source)[:20], _line(title, _TITLE), source, _line(text, SNIPPET), 0.0)
        hits.setdefault(source, hit)
    return [replace(hit, score=round(1 / place, 4)) for place, hit in enumerate(hits.values(), 1)]


def _line(text: str, most: int) -> str:
    """Titles and snippets hold marks and entities of HTML here and there."""
    return visible_line(html_to_text(text[: 20 * most], 4 * most), most)
