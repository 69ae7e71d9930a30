"use strict";
// What the reader's pages are built of. Texts of records become text nodes and nothing else.
const Reader = {};
Reader.elements = (() => {
  const part = (name) => document.getElementById(`reader-${name}`);
  const number = (value) => value.toLocaleString("en");
  const spoken = (name) => name.replaceAll("_", " ");
  const several = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;
  const money = (cost) => (cost === undefined || cost === null ? "cost unknown" : `$${cost.toFixed(cost && cost < 0.01 ? 6 : 4)}`);

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {}))
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  // Prose with its blocks of code

  function prose(text, marked = []) {
    const box = make("div", { class: "reader-text", dir: "auto" });
    const parts = text.split(/^[ \t]*(```|~~~)[^\n]*\n?/m);
    // split() gives text, fence, text, fence ...: every other text is code
    let code = false;
    parts.forEach((piece, at) => {
      if (at % 2) {
        code = !code;
        return;
      }
      if (!piece.trim()) return;
      box.append(code ? block(piece.replace(/\n$/, "")) : make("p", null, withMarks(piece.trim(), marked)));
    });
    return box;
  }
  const block = (text, label = "code") => make("pre", { tabindex: 0, role: "region", "aria-label": label, dir: "ltr" }, make("code", null, text));
  function withMarks(text, marked) {
    const spans = marked.filter(Boolean).map((quote) => [text.indexOf(quote), quote.length]).filter(([at]) => at >= 0).sort(([one], [other]) => one - other);
    const pieces = [];
    let from = 0;
    for (const [at, length] of spans) {
      if (at < from) continue;
      pieces.push(text.slice(from, at), make("mark", null, text.slice(at, at + length)));
      from = at + length;
    }
    return [...pieces, text.slice(from)];
  }
  const fact = (name, value) => (value === "" || value === null || value === undefined || (Array.isArray(value) && !value.length) ? null : make("div", { class: "reader-fact" }, make("dt", null, name), make("dd", { dir: "auto" }, value)));
  const facts = (...pairs) => {
    const kept = pairs.filter(Boolean);
    return kept.length ? make("dl", { class: "reader-facts-list" }, kept) : null;
  };
  const folded = (title, ...content) => make("details", null, make("summary", null, title), content);
  const section = (title, note, ...content) => make("section", { class: "reader-stage" }, make("h3", null, title), note ? make("p", { class: "reader-small" }, note) : null, content);
  function table(caption, heads, rows) {
    return make("div", { class: "reader-table", tabindex: 0, role: "region", "aria-label": caption },
      make("table", null,
        make("caption", null, caption),
        make("thead", null, make("tr", null, heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", null, rows.map((row) => make("tr", null, row.map((cell) => (cell instanceof Element && cell.tagName === "TD" ? cell : make("td", { dir: "auto" }, String(cell ?? "")))))))));
  }
  const badge = (text, sort = "") => make("span", { class: `reader-badge ${sort}` }, text);

  return { part, number, spoken, several, money, make, prose, block, fact, facts, folded, section, table, badge };
})();
