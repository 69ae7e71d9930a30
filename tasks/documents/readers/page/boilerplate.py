"""Which part of a page is its main text, and which elements in it are navigation, notices or related links."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

_LANDMARK = 0.4
_ARTICLE = 0.6
"""The part of the page's words outside links that its `main` or its only `article` holds, or they are not the main text."""
_MOST_NAMED = 0.3
"""The part of the page's words that an element called a bar, a menu or a notice may have, unless they are links."""
_LINKS = 0.6
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLACE = "(?:site|page|global|main|top|bottom|left|right|primary|secondary|header|footer|mobile|local|sphinx|wy|bd|theme|docs?)"
_SHELL = (
    "(?:wrapper|container|bar|list|links?|items?|area|inner|content|block|menu|nav|left|right|top|bottom|box|section|module"
    "|widget)"
)
_NAMED = re.compile(
    rf"(?:{_PLACE}-)*(?:nav|navbar|navigation|navheader|navfooter|topnav|sidenav|menu|menubar|breadcrumbs?|crumbs|header|footer"
    rf"|masthead|sidebar|sphinxsidebar|sidebarwrapper|toolbar|pagination|pager|prevnext|toc|contents|relations)(?:-{_SHELL})*"
    r"|(?:.+-)?(?:cookies?|gdpr|ccpa|onetrust|cookiebot)-(?:.+-)?"
    r"(?:banner|bar|notice|consent|popup|modal|overlay|message|dialog)(?:-.+)?"
    r"|(?:cookies?|gdpr|consent)(?:-(?:consent|banner|bar|notice|popup|law|info|wrapper))?"
    rf"|(?:related|recommended|recommendations|trending|popular)(?:-(?:posts?|articles?|content|stories|news|reads?|{_SHELL}))*"
    r"|(?:share|sharing|social|newsletter|subscribe|signup|advert|advertisement|ads?|sponsored|promo|comments|disqus)"
    rf"(?:-(?:thread|media|icons?|buttons?|form|{_SHELL}))*"
    r"|skip-(?:link|to-content|nav)|edit-(?:this-page|link|on-github)|headerlink|linenos?|line-numbers?|gutter"
)
_ROLES = {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog", "tablist"}
_UNNAMED = {"html", "body", "h1", "h2", "h3", "h4", "p", "pre", "code", "table", "tr"}
_TELLING = {"nav", "footer", "header", "aside", "td"}
_UNDIVIDED = {"p", "pre", "code", "h2", "h3", "h4", "h5", "h6"}
_NAMING = frozenset({"class", "id", "role"})


class Counts:
    """How many words each element below a root holds, and how many of them are no links."""

    def __init__(self, root: etree._Element) -> None:
        elements = list(root.iter(etree.Element))
        words = self._words = dict.fromkeys(elements, 0)
        prose = self._prose = dict.fromkeys(elements, 0)
        for element in reversed(elements):  # what is within an element comes before it
            own = count_words(element.text) if element.text else 0
            words[element] += own
            prose[element] = 0 if element.tag == "a" else prose[element] + own
            above = element.getparent()
            if above is not None and element is not root:
                after = count_words(element.tail) if element.tail else 0
                words[above] += words[element] + after
                prose[above] += prose[element] + after

    def words(self, element: etree._Element) -> int:
        """Of the element and all in it."""
        return self._words.get(element, 0)

    def prose(self, element: etree._Element) -> int:
        """Of them, those outside links."""
        return self._prose.get(element, 0)

    def linked(self, element: etree._Element) -> float:
        """The part of its words that are links."""
        words = self.words(element)
        return 1 - self.prose(element) / words if words else 0.0


def count_words(text: str | None) -> int:
    """Words of a stretch of text, as they are counted here."""
    if (
        not text or text.isspace() or (len(text) < 8 and not any(map(str.isalnum, text)))
    ):  # a bar or a dot between links is no word
        return 0
    return len(text.split())


def drop(element: etree._Element) -> None:
    """Takes an element out of its page; the text behind it stays."""
    above = element.getparent()
    if above is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            above.text = (above.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    above.remove(element)


def main_part(body: etree._Element, counts: Counts) -> etree._Element:
    """The element that holds the main text, with the page's only first heading if that stands before it."""
    part = _landmark(body, counts)
    headings = list(body.iter("h1"))
    if part is not body and len(headings) == 1 and part not in headings[0].iterancestors():
        drop(headings[0])
        headings[0].tail = None
        part.insert(0, headings[0])
        if part.text:
            headings[0].tail, part.text = part.text, None
    return part


def _landmark(body: etree._Element, counts: Counts) -> etree._Element:
    mains = [e for e in body.iter(etree.Element) if e.tag == "main" or e.get("role") == "main"]
    for main in mains[:1]:
        if counts.prose(main) >= _LANDMARK * counts.prose(body) and counts.words(main):
            return main
    articles = [e for e in body.iter("article") if not any(a.tag == "article" for a in e.iterancestors())]
    if len(articles) == 1 and counts.prose(articles[0]) >= _ARTICLE * counts.prose(body) and counts.words(articles[0]):
        return articles[0]
    return body


def without_boilerplate(part: etree._Element, counts: Counts) -> tuple[int, int]:
    """Takes out of the part what is navigation, notice or list of related links; its words, and those outside links."""
    total, landmark = counts.words(part), part.tag != "body"
    heading = next(part.iter("h1"), None)
    kept = {part, *(above for e in part.iter("h1", "main", "article") for above in (e, *e.iterancestors()))}
    waiting, seen_heading, words, prose = list(reversed(part)), heading is None, 0, 0
    while waiting:
        element = waiting.pop()
        if seen_heading and element.tag not in _TELLING and not _NAMING.intersection(element.keys()):
            waiting.extend(() if element.tag in _UNDIVIDED else reversed(element))
            continue
        seen_heading = seen_heading or element is heading
        first_links = not seen_heading and not landmark and counts.linked(element) > 0.8 and _links(element) > 1
        if element not in kept and (
            first_links or _is_boilerplate(element, counts, total, landmark) or _is_menu_cell(element, counts)
        ):
            words, prose = words + counts.words(element), prose + counts.prose(element)
            drop(element)
        elif element.tag not in _UNDIVIDED:
            waiting.extend(reversed(element))
    return words, prose


def _is_boilerplate(element: etree._Element, counts: Counts, total: int, landmark: bool) -> bool:
    linked, small = counts.linked(element), counts.words(element) <= _MOST_NAMED * total
    if element.tag == "nav" or element.get("role") in _ROLES:
        return small or linked >= _LINKS
    if element.tag == "footer":
        return small and next(element.iterancestors("blockquote"), None) is None
    if element.tag == "header" and not landmark:
        return small and (linked > 0.3 or counts.words(element) < 30)
    if element.tag == "aside":
        return linked >= (0.5 if landmark or _in_article(element) else 0.3)
    if element.tag in _UNNAMED or not (small or linked >= _LINKS):
        return False
    return _is_named(element.get("class", "")) or _is_named(element.get("id", ""))


def _in_article(element: etree._Element) -> bool:
    return any(above.tag in {"article", "main"} for above in element.iterancestors())


@lru_cache(4_096)
def _is_named(told: str) -> bool:
    """Whether one of these classes is the name of a bar, a menu or a notice as a whole."""
    names = ("-".join(re.findall(r"[a-z]+", _CAMEL.sub("-", name).lower())) for name in told.split())
    return any(_NAMED.fullmatch(name) for name in names)


def _links(element: etree._Element) -> int:
    return sum(1 for _ in element.iter("a"))


def _is_menu_cell(element: etree._Element, counts: Counts) -> bool:
    """Whether it is a cell of links beside one that holds the text: a page laid out by a table."""
    if element.tag != "td" or counts.linked(element) < 0.8 or _links(element) < 3:
        return False
    row = element.getparent()
    return row is not None and any(counts.prose(cell) >= 50 for cell in row if cell is not element)
