"""LaTeX: comments left out, macros without arguments written out, formulas kept as they are, tables row by row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from tasks.documents.readers import Note, Reading

_BRACED = r"\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}"
"""A group in braces, three more within it."""
_OPTION = r"(?:\[[^\]]*\])?"
_ENCODING = re.compile(rb"\\usepackage\[([\w-]+)\]\{inputenc\}")
_ENCODINGS = {
    "latin1": "cp1252",
    "latin9": "iso-8859-15",
    "ansinew": "cp1252",
    "cp1252": "cp1252",
    "applemac": "mac-roman",
}
_LISTING = re.compile(
    rf"\\begin\{{(verbatim\*?|lstlisting|minted|Verbatim|alltt)\}}({_OPTION})({_BRACED})?[ \t]*\n?(.*?)\\end\{{\1\}}",
    re.S,
)
_LANGUAGE = re.compile(r"language=\{?(?:\[\w*\])?(\w+)")
_VERB = re.compile(r"\\(?:verb\*?|lstinline)([^\w\s*{\[])(.*?)\1")
_UNREAD = re.compile(r"\\begin\{comment\}.*?\\end\{comment\}|\\iffalse\b.*?\\fi\b", re.S)
_COMMENT = re.compile(r"^[ \t]*%.*\n|(?<!\\)((?:\\\\)*)%.*\n?[ \t]*", re.M)
_MACRO = re.compile(
    rf"\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator)\*?\s*\{{?(\\[A-Za-z]+)\}}?\s*{_BRACED}|\\def\s*(\\[A-Za-z]+)\s*{_BRACED}"
)
_DISPLAY = re.compile(
    r"\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath|alignat|flalign|math)\*?)\}(.*?)\\end\{\1\}"
    r"|\\\[(.*?)\\\]|(?<!\\)\$\$(.*?)\$\$",
    re.S,
)
_INLINE = re.compile(r"\\\((.*?)\\\)|(?<![\\$])\$((?:[^$\\\n]|\\.|\n(?!\s*\n))+?)\$", re.S)
_TABLE = re.compile(
    rf"\\begin\{{(tabular[*xy]?|longtable|tabulary|tabu|supertabular)\}}\s*{_OPTION}(.*?)\\end\{{\1\}}", re.S
)
_ROW = re.compile(r"\\\\(?:\[[^\]]*\])?|\\tabularnewline\b")
_RULE = re.compile(
    rf"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|(?:cmidrule|cline)(?:\([^)]*\))?{_BRACED}"
    rf"|addlinespace{_OPTION}|centering|small)(?![A-Za-z])"
)
_MULTICOLUMN = re.compile(rf"\\multicolumn\{{(\d+)\}}{_BRACED}{_BRACED}")
_MULTIROW = re.compile(rf"\\multirow\{{-?(\d+)\}}{_OPTION}{_BRACED}{_BRACED}")
_HEADING = re.compile(
    rf"\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?{_OPTION}{_BRACED}(?:\s*\\label\{{[^}}]*\}})?"
)
_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
_GROUP = re.compile(r"(?<![\\\w}\]])\{([^{}\\]*)\}")
_FOOTNOTE = re.compile(rf"[ \t]*\n?[ \t]*\\footnote(?:text)?{_OPTION}{_BRACED}")
_CITED = re.compile(rf"\\(?:[Cc]ite\w*|parencite|textcite|autocite|footcite)\*?{_OPTION}{_OPTION}\{{([^}}]*)\}}")
_REFERRED = re.compile(r"\\(?:eq|auto|page|name|[cC])?ref\*?\{([^}]*)\}")
_BOOK = re.compile(rf"\\bibitem\s*{_OPTION}\{{([^}}]*)\}}")
_TAKEN_IN = re.compile(r"\\(?:input|include|subfile|import\{[^}]*\})\s*\{[^}]*\}|\\input\s+\S+")
_IGNORED = re.compile(
    rf"\\(?:label|includegraphics|bibliography|bibliographystyle|vspace\*?|hspace\*?|thanks|setcounter\{{[^}}]*\}}|pagestyle"
    rf"|thispagestyle|addcontentsline\{{[^}}]*\}}\{{[^}}]*\}}|index){_OPTION}{_BRACED}|\\(?:maketitle|tableofcontents|noindent|centering|newpage"
    rf"|clearpage|bigskip|medskip|smallskip|footnotesize|small|large|Large|LARGE|huge|normalsize|par)(?![A-Za-z])"
)
_STYLED = re.compile(r"\{\s*\\(bf|bfseries|it|itshape|em|tt|ttfamily|sl|sc|rm|sf)\s+([^{}]*)\}")
_STYLES = {"bf": "textbf", "bfseries": "textbf", "it": "emph", "itshape": "emph", "em": "emph", "sl": "emph"}
_PLAIN_CELL = re.compile(
    rf"\\(?:textbf|textit|emph|texttt|textsc|textrm|mathrm|makecell|thead|shortstack){_OPTION}{_BRACED}"
)
_CAPTION = re.compile(rf"\\caption\*?{_OPTION}{_BRACED}")
_DRAWN = re.compile(r"\\begin\{(tikzpicture|pspicture|pgfpicture)\}.*?\\end\{\1\}", re.S)
_AROUND = re.compile(
    r"\\(?:begin|end)\{(?!(?:itemize|enumerate|description|quote|quotation|verse)\})(\w+)\*?\}"
    r"(?:\[([^\]]*)\])?"
)
_ACCENT = re.compile(r"\\([\"'`^~=.]|[cvuHrkdb](?![A-Za-z]))\s*(?:\{\\?([A-Za-z])\}|\\([ij])(?![A-Za-z])|([A-Za-z]))")
_ACCENTS = dict(
    zip(
        "\"'`^~=.cvuHrkdb",
        "\u0308\u0301\u0300\u0302\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u030a\u0328\u0323\u0331",
        strict=True,
    )
)
_SIGN = re.compile(
    r"\\(ss|ae|AE|oe|OE|o|O|aa|AA|l|L|i|j|LaTeX|TeX|ldots|dots|euro|S|copyright)(?![A-Za-z])(?:\{\}|[ ])?"
)
_SIGNS = {
    **{
        "ss": "ß",
        "ae": "æ",
        "AE": "Æ",
        "oe": "œ",
        "OE": "Œ",
        "o": "ø",
        "O": "Ø",
        "aa": "å",
        "AA": "Å",
        "l": "ł",
        "L": "Ł",
    },
    **{"i": "ı", "j": "ȷ", "ldots": "…", "dots": "…", "euro": "€", "S": "§", "copyright": "©"},
}
_BEFORE = re.compile(r"\\\\\s*$|\\(?:begin|end)\{\w+\*?\}(?:\[[^\]]*\])?\s*$|^\s*$")
_BEHIND = re.compile(r"\s*(?:\\(?:item|begin|end)\b|$)")
_TOKEN = re.compile(r"zqx(\d+)xqz")
_FLOATS = {"table", "figure", "wrapfigure", "minipage", "algorithm", "longtable", "sidewaystable", "frame"}
_MOST_MACROS = 200
_MOST_TEXT = 20
"""How many times its length a source may have when its macros are written out."""


def read_latex(data: bytes, markdown: Callable[[bytes], str]) -> Reading:
    """A source file as Markdown; `markdown` turns LaTeX without formulas, tables and notes into it.

    Files that it takes in are not followed; how many there are is a note.
    """
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"zqx{len(kept) - 1}xqz"

    source = _listings(_decoded(data), keep)
    source = _COMMENT.sub(lambda match: match.group(1) or "", _UNREAD.sub("", source))
    _, begun, body = source.partition("\\begin{document}")
    body = body.partition("\\end{document}")[0] if begun else source
    title, authors = _told(source, "title"), _told(source, "author")
    body = _TAKEN_IN.sub("", written := _written_out(body, source))
    body = _DRAWN.sub("", body)
    body = _DISPLAY.sub(lambda m: f"\n\n{keep('$$' + _formula(m, 2) + '$$')}\n\n", body)
    body = _INLINE.sub(lambda m: keep(f"${_formula(m, 1)}$"), body)
    body = _lettered(body)
    body = _TABLE.sub(lambda m: f"\n\n{keep(_table(m.group(2)))}\n\n", body)
    text = markdown(
        f"\\documentclass{{article}}\n\\begin{{document}}\n{_settled(body, keep)}\n\\end{{document}}\n".encode()
    )
    text = _restored(text, kept)
    top = "\n\n".join(filter(None, (f"# {title}" if title else "", authors)))
    taken = len(_TAKEN_IN.findall(written))
    notes = (Note("not_followed", f"taken in, and not read as a part of it: {taken} of its files"),) if taken else ()
    return Reading(f"{top}\n\n{text}" if top else text, title, notes)


def _decoded(data: bytes) -> str:
    declared = _ENCODING.search(data[:20_000])
    named = _ENCODINGS.get(declared.group(1).decode("ascii", "ignore"), "utf-8") if declared else "utf-8"
    try:
        text = data.decode("utf-8-sig")
    except ValueError:
        text = data.decode(named if named != "utf-8" else "cp1252", "replace")
    return text.replace("\r\n", "\n")


def _listings(source: str, keep: Callable[[str], str]) -> str:
    """Code and verbatim text behind tokens, so that nothing in it is taken for LaTeX."""

    def block(match: re.Match[str]) -> str:
        option, argument, code = match.group(2), match.group(3) or "", match.group(5)
        said = _LANGUAGE.search(option)
        language = said.group(1).lower() if said else argument[1:-1] if match.group(1) == "minted" else ""
        return f"\n\n{keep(f'```{language}' + chr(10) + code.rstrip() + chr(10) + '```')}\n\n"

    return _VERB.sub(lambda m: keep(f"`{m.group(2)}`"), _LISTING.sub(block, source))


def _told(source: str, name: str) -> str:
    """The title, or the authors, in one line."""
    found = re.search(rf"\\{name}{_OPTION}{_BRACED}", source)
    told = re.sub(rf"\\thanks{_BRACED}|\\inst{_BRACED}", "", found.group(1)) if found else ""
    return " ".join(_cell(re.sub(r"\\and\b", ", ", _lettered(told).replace("\\\\", " "))).replace(" ,", ",").split())


def _written_out(body: str, source: str) -> str:
    """The body with what the macros without arguments stand for."""
    macros = {m.group(1) or m.group(3): m.group(2) if m.group(1) else m.group(4) for m in _MACRO.finditer(source)}
    known = {name: told for name, told in list(macros.items())[:_MOST_MACROS] if name not in told}
    body, most = _MACRO.sub("", body), _MOST_TEXT * len(body)
    if not known:
        return body
    pattern = re.compile("(" + "|".join(re.escape(name) for name in known) + r")(?![A-Za-z])(?:\{\})?[ ]?")
    for _ in range(3):
        told = pattern.sub(lambda m: known[m.group(1)] + (" " if m.group().endswith(" ") else ""), body)
        if told == body or len(told) > most:
            return body
        body = told
    return body


def _formula(match: re.Match[str], first: int) -> str:
    told = next((group for group in match.groups()[first - 1 :] if group is not None), "")
    if match.re is _DISPLAY and match.group(1):
        told = match.group(2)
        if "\\\\" in told or "&" in told:
            told = f"\\begin{{aligned}}{told}\\end{{aligned}}"
    return re.sub(r"\\label\{[^}]*\}|\\nonumber\b|\\notag\b", "", told).strip()


def _table(told: str) -> str:
    """A Markdown table; a cell over several columns or rows stands in each of them."""
    width = re.match(rf"\s*(?:{_BRACED}\s*)?(?={_BRACED})", told) if told.count("{") > 1 else None
    told = told[width.end() :] if width and re.match(rf"{_BRACED}\s*{_BRACED}", told.lstrip()) else told
    told = re.sub(rf"\A\s*{_BRACED}", "", told)
    told = re.sub(rf"\\(?:caption{_OPTION}{_BRACED}|label{_BRACED})", "", told)
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    for line in _ROW.split(_RULE.sub("", told)):
        if not line.strip():
            continue
        cells: list[str] = []
        for cell in re.split(r"(?<!\\)&", line):
            across = _MULTICOLUMN.search(cell)
            down = _MULTIROW.search(cell)
            text = _cell(across.group(3) if across else down.group(3) if down else cell)
            place = len(cells)
            if down and int(down.group(1)) > 1:
                below[place] = (int(down.group(1)) - 1, text)
            elif not text and place in below:
                left, text = below.pop(place)
                if left > 1:
                    below[place] = (left - 1, text)
            cells += [text, *([text] * (min(int(across.group(1)), 20) - 1) if across else [])]
        if any(cells) and (not rows or cells != rows[0]):
            rows.append(cells)
    if not rows:
        return ""
    most = max(map(len, rows))
    told_rows = ["| " + " | ".join([*row, *[""] * (most - len(row))]) + " |" for row in rows]
    return "\n".join([told_rows[0], "|" + " --- |" * most, *told_rows[1:]])


def _lettered(text: str) -> str:
    """Accents and signs as the letters that they print."""

    def letter(match: re.Match[str]) -> str:
        base = match.group(2) or match.group(3) or match.group(4)
        return unicodedata.normalize("NFC", base + _ACCENTS[match.group(1)])

    text = re.sub(rf"\\enquote{_BRACED}", r"“\1”", _ACCENT.sub(letter, text))
    text = re.sub(r"\{([^\x00-\x7f])\}", r"\1", text)
    return _SIGN.sub(lambda m: _SIGNS.get(m.group(1), m.group(1)), text)


def _cell(text: str) -> str:
    for _ in range(3):
        text = _PLAIN_CELL.sub(r"\1", text)
    text = _IGNORED.sub("", _REFERRED.sub(r"\1", _CITED.sub(r"[\1]", text)))
    text = re.sub(r"(?<!\\)[{}]", "", text.replace("~", " ").replace("\\,", " "))
    return " ".join(re.sub(r"\\([&%$#_{}|])", r"\1", text).replace("|", "\\|").split())


def _settled(body: str, keep: Callable[[str], str]) -> str:
    """The body with headings on lines of their own, references and notes as text, and nothing for the typesetter."""
    notes: list[str] = []

    def note(match: re.Match[str]) -> str:
        notes.append(match.group(1))
        return keep(f"[^{len(notes)}]")

    def heading(match: re.Match[str]) -> str:
        level = max(1, _LEVELS.index(match.group(1)) - first + 1)
        told = _GROUP.sub(r"\1", match.group(2))
        return f"\n\n{keep('#' * level)} {told}\n\n"

    def around(match: re.Match[str]) -> str:
        said = match.group(2) if match.group(2) and match.group(1) not in _FLOATS else ""
        return f"\n\n({said}) " if said else "\n\n"

    body = _FOOTNOTE.sub(note, body)
    used = [_LEVELS.index(found.group(1)) for found in _HEADING.finditer(body)]
    first = min(used, default=0)
    body = _HEADING.sub(heading, body)
    body = re.sub(r"\\begin\{abstract\}", f"\n\n{keep('#')} Abstract\n\n", _CAPTION.sub(r"\n\n\1\n\n", body))
    body = _CITED.sub(lambda m: f"[{', '.join(m.group(1).split(','))}]".replace(",  ", ", "), body)
    body = _BOOK.sub(
        lambda m: f"\n\n{keep(f'[{m.group(1)}]')} ",
        re.sub(rf"\\(?:begin|end)\{{thebibliography\}}(?:{_BRACED})?", "\n\n", body),
    )
    body = _AROUND.sub(around, body)
    body = _STYLED.sub(lambda m: f"\\{_STYLES.get(m.group(1), 'textrm')}{{{m.group(2)}}}", _REFERRED.sub(r"\1", body))
    body = re.sub(r"(?<!\\)~", " ", _IGNORED.sub("", body)).replace("\\,", " ")
    return "\n\n".join([_joined(body), *(f"{keep(f'[^{number}]:')} {told}" for number, told in enumerate(notes, 1))])


def _joined(body: str) -> str:
    """Each paragraph in a line."""
    told: list[str] = []
    before = ""
    for line in body.split("\n"):
        if told and not _BEFORE.search(before) and not _BEHIND.match(line):
            told.append(" ")
        else:
            told.append("\n")
        told.append(line.strip())
        before = line
    return "".join(told)


def _restored(text: str, kept: list[str]) -> str:
    """What was kept, in its place; it may hold tokens of its own."""
    for _ in range(3):
        text = _TOKEN.sub(lambda m: kept[int(m.group(1))] if int(m.group(1)) < len(kept) else m.group(), text)
    return text
