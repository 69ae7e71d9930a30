"""The whole document around a page's elements: its own styles, scripts and data, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tasks.publish.report.html import Child, Element, escaped, h, render

_ASSETS = Path(__file__).parent
_ICON = "data:,"


def page(
    title: str,
    body: Child,
    *,
    styles: Iterable[str] = ("report.css",),
    scripts: Iterable[str] = (),
    data: Mapping[str, str] | None = None,
) -> bytes:
    """One HTML file that opens from disk without a network.

    `styles` and `scripts` name files beside this module; the policy allows these by their hash, and nothing else. `data` is
    what scripts read: element id -> JSON or base64, put into blocks that no browser runs.
    """
    css, js = [[_asset(name) for name in names] for names in (styles, scripts)]
    policy = f"default-src 'none'; style-src {_hashes(css)}; script-src {_hashes(js)}; img-src data:"
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", http_equiv="Content-Security-Policy", content=f"{policy}; base-uri 'none'; form-action 'none'"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="referrer", content="no-referrer"),
        h("meta", name="color-scheme", content="light dark"),
        h("title", title),
        h("link", rel="icon", href=_ICON),
    )
    blocks = "".join(
        f'<script type="text/plain" id="{escaped(name)}">{_inert(text)}</script>\n'
        for name, text in (data or {}).items()
    )
    written = (
        '<!doctype html>\n<html lang="en">\n',
        render(head).removesuffix("</head>"),
        *(f"<style>{text}</style>\n" for text in css),
        "</head>\n",
        render(_body(body)).removesuffix("</body>"),
        f"\n{blocks}",
        *(f"<script>{text}</script>\n" for text in js),
        "</body>\n</html>\n",
    )
    return "".join(written).encode()


def _body(body: Child) -> Element:
    return h("body", body)


@cache
def _asset(name: str) -> str:
    text = (_ASSETS / name).read_text(encoding="utf-8")
    assert "</s" not in text.lower() and "<!--" not in text, f"{name} would end its own element"
    return text


def _hashes(texts: Iterable[str]) -> str:
    found = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{each}'" for each in found) or "'none'"


def _inert(text: str) -> str:
    """JSON that no parser of HTML takes for the end of its element; base64 stays as it is."""
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return safe.encode("utf-8", "replace").decode()
