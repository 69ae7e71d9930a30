"""Web pages: the main text is kept, whatever its elements are called; what surrounds it is left out and counted."""

from __future__ import annotations

import pytest

from tasks.documents.formats import by_name
from tasks.documents.readers import Reading, Unusable
from tasks.documents.worker import document
from tasks.text.encoding import normalise

FIRST = [
    "Bees swarm on warm days in May, and a swarm hangs on a branch for an hour before its scouts agree on a hollow.",
    "A keeper who wants the swarm holds a box beneath it and shakes the branch once, so that the queen falls first.",
]
THEN = [
    "When the queen is in the box the others follow her within the hour, and stragglers fan at its entrance.",
    "The box is moved at dusk, because bees that are out foraging come home to the branch and would be lost.",
]
A = "".join(f"<p>{text}</p>" for text in FIRST)
B = "".join(f"<p>{text}</p>" for text in THEN)
MENU = "<ul><li><a href='/'>MENU home</a></li><li><a href='/h'>Hives</a></li><li><a href='/s'>Shop</a></li></ul>"
COOKIES = "COOKIE We use cookies. <button>BUTTON Accept</button>"


def read(page: str | bytes, name: str = "a.html") -> Reading:
    """What the worker makes of it, as it comes into a passage."""
    data = page.encode() if isinstance(page, str) else page
    reading = document(data, by_name(name).detail, 10_000_000)
    return reading._replace(text=normalise(reading.text).strip())


@pytest.mark.parametrize(
    "body",
    [
        f"<form id='form1' method='post'><input type='hidden' value='dDwtMTA4'><div><h1>Swarms</h1>{A}{B}</div></form>",
        f"<div class='navigation-guide content'><h1>Swarms</h1>{A}{B}</div>",
        f"<div class='with-sidebar has-menu footer-sticky'><h1>Swarms</h1>{A}{B}</div>",
        f"<div id='header'><h1>Swarms</h1></div><div class='menu'>{A}{B}</div>",
        f"<header><h1>Swarms</h1></header><main>{A}{B}</main>",
        f"<div id='cookie-consent'>{COOKIES}</div><div class='topnav'>{MENU}</div><h1>Swarms</h1>{A}{B}",
        f"<nav>{MENU}</nav><main><h1>Swarms</h1>{A}{B}<div class='related-posts'>{MENU}</div></main><footer>MENU</footer>",
        f"<table><tr><td>{MENU}</td><td><h1>Swarms</h1>{A}{B}</td></tr></table>",
        f"<article><h1>Swarms</h1>{A}{B}</article><aside class='sidebar'>MENU newest {MENU}</aside>",
        f"<div role='navigation' class='sphinxsidebar'>{MENU}</div><div role='main'><h1>Swarms</h1>{A}{B}</div>",
        f"<main><h1>Swarms</h1>{A}<p hidden>HIDDEN</p><div style='display: none'>HIDDEN</div><template>HIDDEN</template>"
        f"<noscript>HIDDEN</noscript><!-- HIDDEN --><select><option>HIDDEN</option></select>{B}</main>",
    ],
)
def test_main_text_alone(body: str) -> None:
    text = read(f"<html><head><title>Bees</title><script>HIDDEN()</script></head><body>{body}</body></html>").text
    assert text.split("\n\n") == ["# Swarms", *FIRST, *THEN]


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("<aside>A hive tool is a flat bar of steel.</aside>", "A hive tool is a flat bar of steel."),
        ("<details><summary>How far?</summary><p>Three kilometres.</p></details>", "**How far?**\n\nThree kilometres."),
        ("<form><p>The drive weighs ninety kilograms.</p><button>Show</button></form>", "The drive weighs ninety"),
        (
            "<pre><span class='linenos'>1</span>x = 1\n<span class='linenos'>2</span>y = 2</pre>",
            "```\nx = 1\ny = 2\n```",
        ),
        ("<dl><dt>Brood</dt><dd>Eggs and larvae.</dd></dl>", "Brood\nEggs and larvae."),
        ("<ul><li>one<ul><li>two</li></ul></li></ul>", "- one\n  * two"),
        ("<pre><span>for</span> <span>i</span> in xs:\n    f(i) &lt; 3</pre>", "```\nfor i in xs:\n    f(i) < 3\n```"),
        ("<h2>Later<a class='headerlink' href='#l'>¶</a></h2><p>On.</p>", "## Later\n\nOn."),
        ("<p>10<sup>6</sup> cells, the 2<sup>nd</sup> time</p>", "10^6 cells, the 2nd time"),
        ("<p>so <math><mi>T</mi><mo>=</mo><mn>2</mn><mi>π</mi></math> and</p>", "so T = 2π and"),
        ("<p><math><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math></p>", "a/(b + 1)"),
        ("<p><math alttext='\\frac{a}{b}'><mi>a</mi></math> is</p>", "$\\frac{a}{b}$ is"),
        ("<p><script type='math/tex'>\\{x_1\\}</script> is</p>", "$\\{x_1\\}$ is"),
        (
            "<table><tr><th rowspan=2>Place</th><th colspan=2>Height</th></tr><tr><th>Low</th><th>High</th></tr>"
            "<tr><td rowspan=2>North</td><td>1.1</td><td>4.2</td></tr><tr><td>1.3</td><td>4.4</td></tr></table>",
            "| Place | Height | Height |\n| Place | Low | High |\n| North | 1.1 | 4.2 |\n| North | 1.3 | 4.4 |",
        ),
        ("<nav class='toc'><p>The old queen leaves first, by day.</p></nav>", ""),
    ],
)
def test_parts_of_a_main_text(part: str, told: str) -> None:
    text = read(f"<body><main><h1>Swarms</h1>{A}{part}{B}</main></body>").text
    middle = text.split(FIRST[1])[1].split(THEN[0])[0].strip()
    rows = [" ".join(line.split()) if line.startswith("|") else line for line in middle.splitlines()]
    assert "\n".join(row for row in rows if set(row) - set("|- ")).startswith(told) if "|" in told else told in middle
    assert bool(middle) == bool(told)


def test_what_is_left_out_is_counted() -> None:
    (note,) = read(f"<body><nav>{MENU}</nav><main><h1>Swarms</h1>{A}{B}</main></body>").notes
    assert note.reason == "page_parts" and note.detail.startswith("4 of ")
    assert read(f"<body><main><h1>Swarms</h1>{A}{B}</main></body>").notes == ()


def test_a_page_of_links_is_taken_whole() -> None:
    questions = "".join(f"<h3>Why {n}?</h3><div><a href='#{n}'>Because of {n}.</a></div>" for n in range(8))
    text = read(f"<body>{questions}</body>").text
    assert all(f"Why {n}?" in text and f"Because of {n}." in text for n in range(8))
    assert "MENU home" in read(f"<body><nav>{MENU}</nav></body>").text


def test_encodings_as_browsers_take_them() -> None:
    page = f"<p>Über die „Biene“ – 5 €. {FIRST[0]}</p>"
    for head, encoding in (("", "utf-8"), ("", "cp1252"), ("<meta charset=latin1>", "cp1252"), ("", "utf-16")):
        assert read(f"{head}{page}".encode(encoding)).text.startswith("Über die „Biene“ – 5 €.")
    (note,) = read(page.encode("cp1252")).notes
    assert note.reason == "encoding"
    japanese = "ミツバチは春に分蜂する。巣箱の中では女王が先に出て、群れがそれに続く。" * 3
    assert read(f"<p>{japanese}</p>".encode("shift-jis")).text == japanese
    with pytest.raises(Unusable):
        read("<meta charset=utf-8><p>Über die Biene".encode("latin-1"))


def test_endless_nesting_and_merging_are_bounded() -> None:
    assert read("<div>" * 1_000 + f"<p>deep {FIRST[0]}</p>").text == f"deep {FIRST[0]}"
    with pytest.raises(Unusable, match="nested too deep"):
        read("<div>" * 20_000 + f"<p>deep {FIRST[0]}</p>")
    cells = "<td rowspan=1000 colspan=1000>x</td>" * 20
    assert len(read(f"<p>{FIRST[0]}</p><table>{f'<tr>{cells}</tr>' * 50}</table>").text) < 5_000_000
