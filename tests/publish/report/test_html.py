"""What a page is built of: text stays text, nothing of ours runs unasked, and the policy names exactly what is inside."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from lxml import html as reader

from tasks.publish.report import shell
from tasks.publish.report.html import h, render
from tasks.publish.report.shell import page

HOSTILE = """</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"'&lt;<!--\x00\x07\ud800\u202e end"""


def test_text_and_attributes_come_back_as_they_were() -> None:
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\x07", "\ufffd").replace("\ud800", "\ufffd")
    element = reader.fromstring(render(h("p", HOSTILE, title=HOSTILE, data_of=HOSTILE)))
    assert element.text == shown
    assert {str(name): value for name, value in element.attrib.items()} == {"title": shown, "data-of": shown}
    assert not list(element)


def test_children_may_be_nested_numbers_or_nothing() -> None:
    found = render(h("ul", [h("li", n) for n in (1, 2.5)], None, (h("li", "x", hidden=True, id=None, lang=False),)))
    assert found == "<ul><li>1</li><li>2.5</li><li hidden>x</li></ul>"
    assert render(h("input", type="search", for_="a", class_="b")) == '<input type="search" for="a" class="b">'


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [
        ("script", {}),
        ("style", {}),
        ("b><i", {}),
        ("a", {"href": "javascript:alert(1)"}),
        ("a", {"href": "https://example.org/"}),
        ("img", {"src": "data:text/html,x"}),
        ("p", {"onclick": "alert(1)"}),
        ("p", {"style": "color: red"}),
        ("p", {"x=1 y": "1"}),
    ],
)
def test_what_could_run_is_no_element(tag: str, attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="page"):
        h(tag, **attributes)


def test_the_policy_allows_what_is_inside_by_its_hash_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.js").write_text("const answer = 1 < 2;\n")
    (tmp_path / "own.css").write_text("p { color: red }\n")
    monkeypatch.setattr(shell, "_ASSETS", tmp_path)
    facts = {"said": HOSTILE, "line": "\u2028"}
    written = page("A <run>", h("main", "x"), styles=["own.css"], scripts=["own.js"], data={"facts": json.dumps(facts)})
    shell._asset.cache_clear()
    text = written.decode()
    (policy,) = re.findall(r'Policy" content="([^"]*)"', text)
    directives = {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))}
    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"
    inside = {"style-src": r"<style>(.*?)</style>", "script-src": r"<script>(.*?)</script>"}
    for directive, pattern in inside.items():
        (content,) = re.findall(pattern, text, re.S)
        assert (
            directives[directive] == f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
        )
    document = reader.fromstring(text)
    assert document.findtext(".//title") == "A <run>"
    assert json.loads(document.findtext(".//script[@id='facts']") or "") == facts
    assert "unsafe" not in text and "://" not in text
