"""Pages of strangers as plain text."""

from __future__ import annotations

import pytest

from tasks.text.html import html_to_text, visible_line, visible_text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One&nbsp;&amp; two</p><p>three</p>", "One & two\n\nthree"),
        ("<HEAD><Title>T</title><style>p{}</style></head><SCRIPT>alert('<p>')</SCRIPT >after", "T\n\nafter"),
        ("a<!-- hidden <b> -->b<br/>c", "ab\nc"),
        ("3 < 4 > 2 <3", "3 < 4 > 2 <3"),
        ("İ<script>x</script>y", "İy"),
        ("<script>never closed", ""),
        ("open <b", "open"),
        ("<svg/>seen", "seen"),
        ("&lt;b&gt; &#x202e;&#0;&#xd800;", "<b> \ufffd\ufffd"),
        ("<td>a</td><td>b</td>", "a\n\nb"),
    ],
)
def test_html_becomes_text(page: str, text: str) -> None:
    assert html_to_text(page, 1_000) == text


def test_what_does_not_show_is_gone() -> None:
    assert visible_text("a\0b\x1b[31m\u202ec\u200b\ud800\U000e0041\r\n\n\n\n  d \t e", 100) == "ab[31mc\n\nd e"
    assert visible_line(" a\n\nb " + "c" * 99, 6) == "a b cc"
