"""LaTeX: every line of prose, tables by rows and columns, formulas as they are written, nothing for the typesetter."""

from __future__ import annotations

import pytest

from tasks.documents.formats import by_name
from tasks.documents.readers import Reading
from tasks.documents.worker import document

LONG = "Sand moves along the shore with the waves, and the gauge at the pier shows how fast."


def read(body: str, head: str = "", encoding: str = "utf-8") -> Reading:
    source = f"\\documentclass{{article}}\n{head}\n\\begin{{document}}\n{body}\n\\end{{document}}\nAFTER\n"
    reading = document(source.encode(encoding), by_name("a.tex").detail, 10_000_000)
    return reading._replace(text=reading.text.strip())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (f"\\section{{One}}\\label{{s:o}} {LONG}", f"# One\n\n{LONG}"),
        (f"\\section*{{One}}\n\\paragraph{{Note.}} {LONG}", f"# One\n\n#### Note.\n\n{LONG}"),
        (f"\\chapter{{One}}\n\\section[Short]{{Two {{deep}}}}{LONG}", f"# One\n\n## Two deep\n\n{LONG}"),
        (f"{LONG} % COMMENT\n% COMMENT\nIt cost 12\\% of \\$90\\,000.", f"{LONG} It cost 12% of $90 000."),
        ("One\nand $x$ \\emph{more}\ngo \\emph{on}\nSo.\n\nThen\nthis.", "One and $x$ *more* go *on* So.\n\nThen this."),
        ("\\begin{itemize}\n\\item one\nline\n\\item two\n\\end{itemize}\nhere.", "- one line\n- two\n\nhere."),
        ("\\begin{comment}\nGONE\n\\end{comment}\nHere.", "Here."),
        ("\\begin{abstract}\nWe measure.\n\\end{abstract}\nHere.", "# Abstract\n\nWe measure.\n\nHere."),
        ("As \\cite[p.~3]{smith2001,low} says, Figure~\\ref{fig:a}.", "As [smith2001, low] says, Figure fig:a."),
        ("Let $0.3 < n_{1}$ and \\(a \\leq b\\) hold.", "Let $0.3 < n_{1}$ and $a \\leq b$ hold."),
        ("So\n\\begin{equation}\\label{e}\\frac{a}{b}\\end{equation}\nis.", "So\n\n$$\\frac{a}{b}$$\n\nis."),
        ("\\[x^2\\]", "$$x^2$$"),
        ("M\\\"uller, na\\\"{\\i}ve, \\'e, stra\\ss e, \\c{c} and \\enquote{so}.", "Müller, naïve, é, straße, ç and “so”."),
        ("{\\bf Bold} and \\emph{so}, ``quoted'' --- yes.", "**Bold** and *so*, “quoted” — yes."),
        ("See \\href{http://x.example/}{the site}.", "See the site."),
        ("\\begin{theorem}[Ferry] All is well.\\end{theorem}", "(Ferry) All is well."),
        ("\\begin{figure}[ht]\\includegraphics{x.png}\\caption{The pier.}\\end{figure}", "The pier."),
        ("\\begin{lstlisting}[language=Python]\nx = 1 % kept\n\\end{lstlisting}", "```python\nx = 1 % kept\n```"),
        ("Call \\verb|a_b%| now.", "Call `a_b%` now."),
        ("The gauge\\footnote{Moved in 1998.} stands.", "The gauge[^1] stands.\n\n[^1]: Moved in 1998."),
        ("\\begin{itemize}\n\\item one\n\\item two\n\\end{itemize}", "- one\n- two"),
        ("\\begin{thebibliography}{9}\\bibitem{low} A book.\\end{thebibliography}", "[low] A book."),
    ],
)  # fmt: skip
def test_what_is_read(body: str, told: str) -> None:
    assert read(body).text == told


@pytest.mark.parametrize("frame", ["{}", "\\begin{{table}}\\caption{{Depth}}{}\\end{{table}}"], ids=["alone", "float"])
@pytest.mark.parametrize("gap", ["\n", " "], ids=["lines", "one line"])
@pytest.mark.parametrize("sort", ["tabular}{lrr", "tabularx}{\\textwidth}{l|r|r", "longtable}{lr@{.}r"])
def test_tables_by_rows_and_columns(sort: str, gap: str, frame: str) -> None:
    rows = "\\hline Station & Before & After \\\\ \\midrule North \\& East & 4.1 & \\textbf{5.6} \\\\[2pt]"
    more = "\\multicolumn{2}{c}{Both} & $x_1$ \\\\ \\multirow{2}{*}{South} & 3.8 & \\\\ \\cline{2-3} & 3.9 & 5.2 \\\\ \\hline"
    table = f"\\begin{{{sort}}}{rows} {more}\\end{{{sort.partition('}')[0]}}}".replace(" \\\\ ", f" \\\\{gap}")
    told = read(frame.format(table)).text
    assert told.removeprefix("Depth\n\n").splitlines() == [
        "| Station | Before | After |",
        "| --- | --- | --- |",
        "| North & East | 4.1 | 5.6 |",
        "| Both | Both | $x_1$ |",
        "| South | 3.8 |  |",
        "| South | 3.9 | 5.2 |",
    ]


def test_title_authors_macros_and_files_taken_in() -> None:
    head = "\\title{Silting \\\\ of a basin\\thanks{By}}\\author{A. Low \\and B. High}"
    head += "\n\\newcommand{\\depth}{d_{w}}\\def\\unit{metres}"
    reading = read(
        f"\\maketitle\n{LONG} Let $\\depth$ be in \\unit{{}}.\n\\input{{chapters/two}}\n\\include{{three}}", head
    )
    assert reading.title == "Silting of a basin"
    assert reading.text == f"# Silting of a basin\n\nA. Low, B. High\n\n{LONG} Let $d_{{w}}$ be in metres."
    (note,) = reading.notes
    assert note.reason == "not_followed" and "2 of its files" in note.detail


def test_declared_encodings_and_endless_macros() -> None:
    assert read("Fluß", "\\usepackage[latin1]{inputenc}", "latin-1").text == "Fluß"
    pairs = zip("bcdef", "cdefg", strict=True)
    bomb = "".join("\\newcommand{\\a%s}{%s}" % (one, f"\\a{other} " * 50) for one, other in pairs)  # noqa: UP031
    assert len(read(f"{LONG} \\ab", bomb).text) < 100_000
