"""Office files, mails and books: what a person sees is in the text, once, and what is hidden is not."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from tasks.documents.formats import by_name
from tasks.documents.readers import Unusable
from tasks.documents.worker import document
from tasks.text.encoding import normalise
from tests.documents.packages import (
    book,
    open_document,
    para,
    run,
    shape,
    sheet_row,
    slide_cell,
    slide_table,
    slides,
    words,
    workbook,
)
from tests.documents.written import documents, pieces, rejects, write

LONG = "The wardens count the nests of the reserve in the first week of May, before the reeds are high."
VANISH = "<w:rPr><w:vanish/></w:rPr>"


def read(name: str, data: bytes) -> str:
    """What the worker makes of a file of this name, as it comes into a passage."""
    return normalise(document(data, by_name(name).detail, 10_000_000).text).strip()


def note(number: int, text: str, sort: str = "footnote") -> str:
    return f'<w:{sort} w:id="{number}">{para(f"<w:r><w:{sort}Ref/></w:r>", run(" " + text))}</w:{sort}>'


def reference(number: int, sort: str = "footnote") -> str:
    look = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    return f'<w:r>{look}<w:{sort}Reference w:id="{number}"/></w:r>'


@pytest.mark.parametrize("first", [1, 2, 7], ids=lambda n: f"ids from {n}")
def test_foot_and_endnotes_have_marks_of_their_own(first: int) -> None:
    separators = '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
    body = [
        para(run(LONG), reference(first), run(" So it is done.")),
        para(run("Nobody walks the dyke then"), reference(first, "endnote"), run(".")),
        para(run("The list is kept"), reference(first + 1), run(" at the gate.")),
    ]
    data = words(
        "".join(body),
        footnotes=separators + note(first, "Only by day.") + note(first + 1, "For ten years."),
        endnotes=note(first, "Save the vet.", "endnote"),
    )
    text = read("a.docx", data)
    assert f"{LONG}[^1] So it is done." in text and "dyke then[^2]." in text and "is kept[^3] at the gate." in text
    assert text.endswith("[^1]: Only by day.\n\n[^2]: Save the vet.\n\n[^3]: For ten years.")


def test_moved_text_is_there_once_and_deleted_text_not_at_all() -> None:
    data = words(
        para(f"<w:moveFrom>{run('Dogs stay out. ')}</w:moveFrom>", run(LONG))
        + para(run("At the gate: "), f"<w:moveTo>{run('Dogs stay out. ')}</w:moveTo>")
        + para(run("The fee is "), f"<w:del>{run('six')}</w:del>", f"<w:ins>{run('eight')}</w:ins>", run(" crowns."))
    )
    assert read("a.docx", data) == f"{LONG}\n\nAt the gate: Dogs stay out.\n\nThe fee is eight crowns."


def test_hidden_text_stays_out_whatever_hides_it() -> None:
    styles = (
        f'<w:style w:type="character" w:styleId="Off">{VANISH}</w:style><w:style w:styleId="Gone">{VANISH}</w:style>'
    )
    data = words(
        para(run(LONG), run(" HIDDEN1", VANISH), run(" HIDDEN2", '<w:rPr><w:rStyle w:val="Off"/></w:rPr>'))
        + para(run("HIDDEN3"), look='<w:pPr><w:pStyle w:val="Gone"/></w:pPr>')
        + para(run("Shown.", '<w:rPr><w:vanish w:val="0"/></w:rPr>')),
        styles=styles,
    )
    assert read("a.docx", data) == f"{LONG}\n\nShown."


def test_signs_and_gaps_of_a_word_file() -> None:
    gaps = "<w:r><w:t>Nests</w:t><w:tab/><w:t>12</w:t><w:noBreakHyphen/><w:t>15</w:t></w:r>"
    body = para(run("R&amp;D: it&#8217;s 3 &lt; 5 in the caf&#233; &gt;&gt; here")) + para(gaps)
    table = f"<w:tbl><w:tr><w:tc>{para(run('A &amp; B'))}</w:tc><w:tc>{para(run('C'))}</w:tc></w:tr></w:tbl>"
    text = read("a.docx", words(body + para(run(LONG)) + table))
    assert text.startswith(f"R&D: it’s 3 < 5 in the café >> here\n\nNests 12-15\n\n{LONG}")
    assert "| A & B | C |" in text


def test_a_formula_stays_in_its_sentence() -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    part = "<m:{0}><m:r><m:t>{1}</m:t></m:r></m:{0}>"
    half = f"<m:f>{part.format('num', 'a')}{part.format('den', 'b')}</m:f>"
    square = f"<m:sSup>{part.format('e', 'x')}{part.format('sup', '2')}</m:sSup>"
    formula = f'<m:oMath xmlns:m="{space}">{half}<m:r><m:t>&lt;</m:t></m:r>{square}</m:oMath>'
    text = read("a.docx", words(para(run("The share "), formula, run(" is small."))))
    assert text == "The share $\\frac{a}{b}<x^{2}$ is small."


@pytest.mark.parametrize("versions", ["new", "both", "old"])
def test_a_text_box_is_read_once_after_its_paragraph(versions: str) -> None:
    inner = f"<w:txbxContent>{para(run('In the box: bring boots.'))}{para(run('And a lamp.'))}</w:txbxContent>"
    new = f"<mc:Choice><w:drawing><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></w:drawing></mc:Choice>"
    old = f"<w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
    box = {"new": new, "both": f"{new}<mc:Fallback>{old}</mc:Fallback>", "old": ""}[versions]
    holder = f"<w:r><mc:AlternateContent>{box}</mc:AlternateContent></w:r>" if box else f"<w:r>{old}</w:r>"
    text = read("a.docx", words(para(holder, run(LONG)) + para(run("The end."))))
    assert text == f"{LONG}\n\nIn the box: bring boots.\n\nAnd a lamp.\n\nThe end."


def test_slides_with_notes_and_merged_cells_and_without_the_hidden() -> None:
    table = slide_table(
        "".join(
            f"<a:tr>{left}{right}</a:tr>"
            for left, right in (
                (slide_cell("Shore"), slide_cell("Nests")),
                (slide_cell("North", "rowSpan='2'"), slide_cell("12")),
                (slide_cell("", "vMerge='1'"), slide_cell("15")),
            )
        )
    )
    data = slides(
        (shape("Nests of the year", "title") + shape(LONG), "Say who counted.\nShow the map.", False),
        (shape("Not yet agreed", "title") + shape("HIDDENSLIDE"), "HIDDENNOTE", True),
        (shape("By shore", "title") + table, "", False),
    )
    text = read("a.pptx", data)
    assert "HIDDEN" not in text and "Not yet" not in text
    assert (
        text.index(LONG) < text.index("Notes: Say who counted.") < text.index("Show the map.") < text.index("By shore")
    )
    assert "| North | 12 |" in text and "| North | 15 |" in text


def test_sheets_as_they_are_shown() -> None:
    rows = [
        sheet_row(1, "Shore", "Secret", "Nests in the year"),
        sheet_row(2, "North", "HIDDENCOLUMN", 12),
        sheet_row(3, None, "HIDDENCOLUMN", 15),
        sheet_row(4, "HIDDENROW", None, 99, hidden=True),
        sheet_row(5, "South", None, 8),
    ]
    shown = f'<cols><col min="2" max="2" hidden="1"/></cols><sheetData>{"".join(rows)}</sheetData>'
    shown += '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    other = f"<sheetData>{sheet_row(1, 'HIDDENSHEET', 'one two three')}</sheetData>"
    data = workbook(("Nests", "visible", shown), ("Old", "hidden", other), ("Older", "veryHidden", other))
    text = read("a.xlsx", data)
    assert "HIDDEN" not in text and "Secret" not in text
    table = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    assert [row[0] for row in table if "---" not in row[0]] == ["Shore", "North", "North", "South"]
    assert [row[-1] for row in table if "---" not in row[0]] == ["Nests in the year", "12", "15", "8"]


def test_an_open_document_as_it_is_shown() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>By day.</text:p></text:note-body>"
    )
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    rows = (
        cell.format("", "Shore")
        + cell.format(" table:number-columns-spanned='2'", "Nests")
        + "<table:covered-table-cell/>",
        cell.format(" table:number-rows-spanned='2'", "North") + cell.format("", "12") + cell.format("", "3"),
        "<table:covered-table-cell/>" + cell.format("", "15") + cell.format("", "4"),
    )
    body = (
        "<text:tracked-changes><text:p>HIDDEN1</text:p></text:tracked-changes>"
        f"<text:p>{LONG}{note}</text:note> Two<text:s text:c='2'/>words<text:tab/>R&amp;D"
        "<text:span text:style-name='Off'>HIDDEN2</text:span> here.</text:p>"
        "<text:section text:display='none'><text:p>HIDDEN3</text:p></text:section>"
        f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"
    )
    style = "<style:style style:name='Off'><style:text-properties text:display='none'/></style:style>"
    text = read("a.odt", open_document(body, style))
    assert (
        text.startswith(f"{LONG}[^1] Two words R&D here.") and text.endswith("[^1]: By day.") and "HIDDEN" not in text
    )
    assert "| Shore | Nests | Nests |" in text and "| North | 12 | 3 |" in text and "| North | 15 | 4 |" in text


def test_a_hidden_sheet_of_an_open_document() -> None:
    table = "<table:table table:style-name='{}' table:name='A'><table:table-row>{}</table:table-row></table:table>"
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    body = table.format("on", cell.format("Nests of the shore")) + table.format("off", cell.format("HIDDEN"))
    style = "<style:style style:name='off'><style:table-properties table:display='false'/></style:style>"
    text = read("a.ods", open_document(body, style, "spreadsheet"))
    assert "Nests of the shore" in text and "HIDDEN" not in text


def mail(plain: str = "", html: str = "", files: int = 0) -> EmailMessage:
    told = EmailMessage()
    told["Subject"], told["From"], told["To"] = "Nests", "a@example.org", "b@example.org"
    if plain:
        told.set_content(plain)
    if html and plain:
        told.add_alternative(html, subtype="html")
    elif html:
        told.set_content(html, subtype="html")
    for number in range(files):
        told.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    return told


TABLE = f"<p>{LONG}</p><table><tr><th>Shore</th><th>Nests</th></tr><tr><td>North</td><td>12</td></tr></table>"


@pytest.mark.parametrize("plain", ["", "See the page.", f"{LONG}\nShore\nNests\nNorth\n12"])
def test_a_table_in_a_mail_stays_one(plain: str) -> None:
    text = read("a.eml", mail(plain, TABLE).as_bytes())
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    assert ["Shore", "Nests"] in rows and ["North", "12"] in rows and LONG in text
    assert text.startswith("**Subject**: Nests")


def test_the_lines_of_a_plain_mail_and_mails_within_it(tmp_path: Path) -> None:
    told = mail(f"{LONG}\n> said before\n\nRegards", f"<p>{LONG}</p><blockquote>said before</blockquote><p>Regards</p>")
    told.add_attachment(mail("Nobody walks the dyke.", files=1))
    text = read("a.eml", told.as_bytes())
    assert f"{LONG}\n> said before\n\nRegards" in text and "Nobody walks the dyke." in text
    assert [n.detail for n in document(told.as_bytes(), "message/rfc822", 10_000_000).notes] == [
        "1 attached file is not read"
    ]


def test_a_mail_in_an_old_encoding(tmp_path: Path) -> None:
    head = "From: a@example.org\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\nContent-Type: text/plain; charset={}\n"
    body = "Content-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe, das kostet =80 20.\n"
    write(tmp_path / "a.eml", head.format("windows-1252") + body)
    write(tmp_path / "b.eml", head.format("no-such-charset") + body.replace("=80", "EUR"))
    first, second = pieces(documents(tmp_path))
    assert "Grüße, das kostet € 20." in first.passage and first.source.title == "Grüße"
    assert "das kostet EUR 20." in second.passage


@pytest.mark.parametrize("where", ["in the chapter", "hidden", "in a file of notes", "in a file that is not read"])
def test_notes_of_a_book_follow_their_chapter(where: str) -> None:
    link = "" if where in {"in the chapter", "hidden"} else "../notes.xhtml"
    hidden = " hidden=''" if where == "hidden" else ""
    kept = f"<aside epub:type='footnote' id='n1'{hidden}><p>1. By day only. "
    kept += f"<a href='{'text/one.xhtml' if link else ''}#r1'>\u21a9</a></p></aside>"
    chapter = f'<h1>One</h1><p>{LONG}<a id="r1" epub:type="noteref" href="{link}#n1">1</a> So&nbsp;it is.</p>'
    pages = {"text/one.xhtml": chapter + ("" if link else kept), "text/two.xhtml": "<h1>Two</h1><p>The end.</p>"}
    if link:
        pages["notes.xhtml"] = kept
    spine = ("text/one.xhtml", "text/two.xhtml", *(("notes.xhtml",) if where == "in a file of notes" else ()))
    text = read("a.epub", book(pages, spine))
    assert f"{LONG}[^1] So" in text and text.count("By day only.") == 1
    assert text.index("[^1]: By day only.") < text.index("# Two")


def test_a_cell_of_a_book_that_is_merged_downwards() -> None:
    table = (
        "<table><tr><th>A</th><th>B</th></tr><tr><td rowspan='2'>North</td><td>12</td></tr><tr><td>15</td></tr></table>"
    )
    text = read("a.epub", book({"a.xhtml": f"<p>{LONG}</p>{table}"}, ("a.xhtml",)))
    assert "| North | 12 |" in text and "| North | 15 |" in text


def test_what_a_password_locks_is_said_to_be_locked() -> None:
    word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    text = open_document("", locked=True)
    for name, data in (("a.docx", word), ("a.xlsx", word), ("a.odt", text)):
        with pytest.raises(Unusable) as caught:
            read(name, data)
        assert caught.value.args == ("broken", "locked with a password")


def test_packages_that_are_none(tmp_path: Path) -> None:
    good = words(para(run(LONG)))
    write(tmp_path / "a.docx", good.replace(b"word/document.xml", b"word/documint.xml"))
    write(tmp_path / "b.pptx", good)
    write(tmp_path / "c.docx", words("<w:p><w:r>"))
    assert [reject.record.source.uri[-6:] for reject in rejects(documents(tmp_path))] == ["a.docx", "c.docx"]
