"use strict";
// The reader: which records are listed, which one is open, and what keys and pointer do.
(() => {
  const { part, number, spoken, several, make, badge } = Reader.elements;
  const { index, tables, columns, total, placeOf, entry, detail, wordsOf, finder, unsearched, makeSearchable } = Reader.data;
  const marks = Reader.marks;
  const root = part("frame");

  // Filters

  const form = part("filters");
  const NOTHING = { q: "", outcome: "", skill: "", type: "", reason: "", step: "", check: "", result: "", difficulty: "", marked: "", sort: "",
    "score-from": "", "score-to": "", "words-from": "", "words-to": "" };
  const ALIAS = { task_type: "type" };
  let wanted = { ...NOTHING };
  let places = [];

  function countBy(read) {
    const counts = new Map();
    for (let place = 0; place < total; place++)
      for (const value of [read(entry(place))].flat()) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].sort(([one], [other]) => one.localeCompare(other));
  }
  function offer(name, all, choices) {
    const select = form.elements[name];
    select.append(make("option", { value: "" }, all), ...choices.map(([value, text]) => make("option", { value }, text)));
    select.closest("label").hidden = choices.length < (name === "skill" ? 2 : 1);
  }
  const counted = (pairs) => pairs.map(([value, count]) => [value, `${spoken(value)} (${number(count)})`]);
  function offerAll() {
    offer("outcome", "all records", [["accepted", `accepted (${number(kept)})`], ["rejected", `rejected (${number(total - kept)})`]]);
    offer("skill", "all skills", counted(countBy((each) => each.skill)));
    offer("type", "all task types", counted(countBy((each) => each.type)));
    offer("reason", "any reason", counted(countBy((each) => each.reason)));
    offer("step", "any step", counted(countBy((each) => each.step)));
    offer("check", "any check", countBy((each) => [...each.checks.flat(), each.reason]).map(([name]) => [name, spoken(name)]));
    offer("result", "any result", [["passed", "passed"], ["skipped", "skipped"], ["failed", "rejected by it"]]);
    offer("difficulty", "any difficulty", counted(countBy((each) => each.difficulty)));
    offer("marked", "marked or not", [["good", "marked good"], ["bad", "marked bad"], ["note", "with a note"], ["any", "marked"], ["none", "not marked"]]);
    offer("sort", "as they were made", [["score", "lowest score first"], ["-score", "highest score first"], ["words", "shortest answer first"], ["-words", "longest answer first"]]);
  }
  const checked = (each, name, result) =>
    (result !== "skipped" && result !== "failed" && each.checks[0].includes(name)) ||
    (result !== "passed" && result !== "failed" && each.checks[1].includes(name)) ||
    (result !== "passed" && result !== "skipped" && each.reason === name);
  function suits(each, place) {
    const mark = marks.of(each.id);
    const between = (value, name) =>
      (!wanted[`${name}-from`] && !wanted[`${name}-to`]) ||
      (value !== null && value >= Number(wanted[`${name}-from`] || -Infinity) && value <= Number(wanted[`${name}-to`] || Infinity));
    return (
      (!wanted.outcome || (wanted.outcome === "rejected") === Boolean(each.reason)) &&
      ["skill", "type", "reason", "step", "difficulty"].every((name) => !wanted[name] || each[name] === wanted[name]) &&
      (!wanted.check || checked(each, wanted.check, wanted.result)) &&
      between(each.score, "score") &&
      between(each.words, "words") &&
      (!wanted.marked ||
        (wanted.marked === "none" ? !mark : wanted.marked === "any" ? mark : wanted.marked === "note" ? mark?.note : mark?.verdict === wanted.marked))
    );
  }
  function refresh() {
    const finds = wanted.q.trim() ? finder(wanted.q) : () => true;
    places = [];
    for (let place = 0; place < total; place++) if (suits(entry(place), place) && finds(place)) places.push(place);
    const by = wanted.sort.replace("-", "");
    if (by) {
      const sign = wanted.sort.startsWith("-") ? -1 : 1;
      const value = (place) => columns[by][place] ?? Infinity * sign;
      places.sort((one, other) => sign * (value(one) - value(other)) || one - other);
    }
    const still = wanted.q && unsearched() ? `; ${number(unsearched())} still to be searched` : "";
    part("count").textContent = (places.length === total ? several(total, "record") : `${number(places.length)} of ${several(total, "record")}`) + still;
    const set = Object.keys(NOTHING).filter((name) => wanted[name] && name !== "q").length;
    part("filter").textContent = set ? `Filters (${set})` : "Filters";
    draw(true);
  }
  function want(changes) {
    wanted = { ...wanted, ...changes };
    remember();
    refresh();
  }

  // List: as many lines as can be seen, in a box as high as all of them

  const list = part("list");
  const lines = part("rows");
  let current = -1; // the place of the record that is open or chosen
  let height = 0;
  function line(place, at) {
    const each = entry(place);
    const mark = marks.of(each.id);
    const facts = [
      tables.skill.length > 1 ? spoken(each.skill) : "",
      spoken(each.type),
      each.score === null ? "" : `score ${each.score}`,
      each.words ? several(each.words, "word") : "",
    ].filter(Boolean);
    const told = { good: "marked good", bad: "marked bad" }[mark?.verdict] ?? (mark ? "with a note" : "");
    return make(
      "div",
      { class: "reader-row", role: "option", id: `reader-row-${place}`, "aria-selected": String(place === current),
        "aria-setsize": places.length, "aria-posinset": at + 1, "data-place": place },
      make("span", { class: "reader-line", dir: "auto" }, each.opening || "(no text)"),
      make("span", { class: "reader-small" },
        each.reason ? make("span", { class: "reader-badge reader-out" }, spoken(each.reason)) : null,
        make("span", null, facts.join(" · ")),
        told ? make("span", { class: `reader-badge reader-${mark.verdict || "note"}` }, told) : null));
  }
  function draw(fromTop) {
    if (!height) {
      lines.replaceChildren(...(total ? [line(0, 0)] : []));
      height = lines.firstElementChild?.offsetHeight || 0;
    }
    if (fromTop) list.scrollTop = Math.max(0, places.indexOf(current) * height - list.clientHeight / 2);
    const shown = list.clientHeight || 600;
    const first = Math.max(0, Math.floor(list.scrollTop / (height || 64)) - 6);
    const some = places.slice(first, first + Math.ceil(shown / (height || 64)) + 12);
    lines.style.height = `${places.length * height}px`;
    lines.replaceChildren(...some.map((place, at) => line(place, first + at)));
    for (const [at, row] of [...lines.children].entries()) row.style.top = `${(first + at) * height}px`;
    const active = some.includes(current) ? `reader-row-${current}` : null;
    if (active) list.setAttribute("aria-activedescendant", active);
    else list.removeAttribute("aria-activedescendant");
  }
  function reveal() {
    const at = places.indexOf(current);
    if (at < 0 || !height) return;
    if (at * height < list.scrollTop) list.scrollTop = at * height;
    else if ((at + 1) * height > list.scrollTop + list.clientHeight) list.scrollTop = (at + 1) * height - list.clientHeight;
    draw();
  }
  function move(by) {
    if (!places.length) return;
    const at = places.indexOf(current);
    open(places[at < 0 ? 0 : Math.min(places.length - 1, Math.max(0, at + by))]);
  }

  // One record

  let tab = "talk";
  let shown = null;
  const isOpen = () => root.classList.contains("reader-has-record");
  async function open(place, { focus = false, quiet = false } = {}) {
    const entered = !isOpen();
    current = place;
    root.classList.add("reader-has-record");
    reveal();
    const each = entry(place);
    if (!quiet) remember(entered);
    const record = await detail(place).catch(() => null);
    if (current !== place) return;
    if (!record) {
      part("count").textContent = "This browser cannot unpack the records of this page: it takes one from 2023 or later.";
      return;
    }
    shown = record;
    part("none").hidden = true;
    part("open").hidden = false;
    part("title").textContent = each.opening || each.id;
    part("facts").replaceChildren(
      each.reason ? badge(`rejected: ${spoken(each.reason)}`, "reader-out") : badge("accepted", "reader-in"),
      ...[spoken(each.skill), spoken(each.type), each.score === null ? "" : `score ${each.score}`, each.difficulty].filter(Boolean).map((text) => badge(text)),
      ...(record.offline ? [badge("not for training", "reader-warn")] : []),
      make("code", { class: "reader-id" }, each.id));
    marks.show(each, record);
    showTab();
    const article = part("open").parentElement;
    if (article.getBoundingClientRect().top < head()) article.scrollIntoView();
    if (focus) part("title").focus();
  }
  function close() {
    root.classList.remove("reader-has-record");
    list.focus();
    reveal();
  }
  const TABS = Reader.record;
  function showTab() {
    for (const name of Object.keys(TABS)) {
      const button = part(`tab-${name}`);
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
    }
    const panel = part("panel");
    panel.setAttribute("aria-labelledby", `reader-tab-${tab}`);
    if (!shown) return;
    panel.replaceChildren(...TABS[tab](shown).filter(Boolean));
    panel.scrollTop = 0;
    highlight(panel);
  }
  function chooseTab(name) {
    tab = name;
    showTab();
  }
  function highlight(panel) {
    if (!window.CSS?.highlights) return;
    CSS.highlights.delete("reader-found");
    const words = wordsOf(wanted.q);
    if (!words.length) return;
    for (const fold of panel.querySelectorAll("details")) fold.open = words.some((word) => fold.textContent.toLowerCase().includes(word));
    const ranges = [];
    const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && ranges.length < 2000; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      if (text.length !== node.data.length) continue; // some letters have no small form of one length
      for (const word of words)
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
    }
    CSS.highlights.set("reader-found", new Highlight(...ranges));
  }

  // The address: which record, which search, which filters

  function remember(asNext = false) {
    const said = new URLSearchParams();
    if (current >= 0 && isOpen()) said.set("id", columns.id[current]);
    for (const [name, value] of Object.entries(wanted)) if (value) said.set(name, value);
    const hash = `#${said.has("id") ? "" : "records"}${said.size && !said.has("id") ? "&" : ""}${said}`;
    if (hash !== location.hash) history[asNext ? "pushState" : "replaceState"](history.state, "", hash);
  }
  const here = () => /^#(records\b|id=)/.test(location.hash) || /[#&]id=/.test(location.hash);
  function read() {
    if (!here()) return;
    const said = new URLSearchParams(location.hash.slice(1));
    const given = { ...NOTHING };
    for (const [name, value] of said) if (Object.hasOwn(NOTHING, ALIAS[name] ?? name)) given[ALIAS[name] ?? name] = value;
    wanted = given;
    part("search").value = wanted.q;
    for (const name of Object.keys(NOTHING)) if (form.elements[name]) form.elements[name].value = wanted[name];
    height = 0;
    const id = said.get("id");
    const place = id === null ? -1 : placeOf.get(id) ?? columns.id?.findIndex((each) => each.startsWith(id)) ?? -1;
    if (id === null) root.classList.remove("reader-has-record");
    if (place >= 0) current = place;
    refresh();
    if (place >= 0) open(place, { quiet: true });
    else if (id !== null) part("count").textContent = `No record here has an id that begins with ${id}.`;
    else if (current < 0 && places.length && matchMedia("(min-width: 60rem)").matches) open(places[0], { quiet: true });
  }

  // Hands: keys, pointer, forms

  const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  function help() {
    part("help").showModal();
  }
  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => part("search").select(),
    g: () => marks.judge("good"),
    b: () => marks.judge("bad"),
    n: () => isOpen() && part("note").focus(),
    f: () => filters(true),
    1: () => chooseTab("talk"),
    2: () => chooseTab("made"),
    3: () => chooseTab("proof"),
    "?": help,
  };
  function filters(on) {
    form.hidden = !on;
    part("filter").setAttribute("aria-expanded", String(on));
    if (on) form.querySelector("label:not([hidden]) select").focus();
    height = 0;
    draw();
  }
  document.addEventListener("keydown", (event) => {
    if (!root.offsetParent || event.ctrlKey || event.metaKey || event.altKey || part("help").open) return;
    if (event.key === "Escape") {
      if (form.contains(event.target)) filters(false);
      if (event.target !== list || isOpen()) close();
      remember();
      event.preventDefault();
    } else if (typing(event.target)) {
      if (event.key === "Enter" && event.target === part("search")) move(places.includes(current) ? 0 : 1);
    } else if (KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    } else if (event.target === list) {
      const page = Math.max(1, Math.floor(list.clientHeight / (height || 64)) - 1);
      const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -total, End: total }[event.key];
      if (by) move(by);
      else if (event.key === "Enter" && current >= 0) open(current, { focus: true });
      else return;
      event.preventDefault();
    }
  });
  list.addEventListener("scroll", () => requestAnimationFrame(() => draw()), { passive: true });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-place]");
    if (row) open(Number(row.dataset.place));
  });
  new ResizeObserver(() => {
    root.style.setProperty("--reader-top", `${head()}px`);
    height = 0;
    draw();
  }).observe(list);
  part("search").addEventListener("input", (event) => want({ q: event.target.value }));
  form.addEventListener("input", (event) => want({ [event.target.name]: event.target.value }));
  form.addEventListener("reset", () => want({ ...NOTHING, q: wanted.q }));
  form.addEventListener("submit", (event) => event.preventDefault());
  part("filter").addEventListener("click", () => filters(form.hidden));
  part("keys").addEventListener("click", help);
  part("help-close").addEventListener("click", () => part("help").close());
  part("back").addEventListener("click", () => {
    close();
    remember();
  });
  for (const name of Object.keys(TABS)) part(`tab-${name}`).addEventListener("click", () => chooseTab(name));
  part("tab-talk").parentElement.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const names = Object.keys(TABS);
    chooseTab(names[(names.indexOf(tab) + by + names.length) % names.length]);
    part(`tab-${tab}`).focus();
  });

  // Start

  // What stays at the top of the page, above the reader
  function head() {
    const top = document.querySelector("header");
    return top && getComputedStyle(top).position === "sticky" ? top.offsetHeight : 0;
  }

  const kept = (columns.reason ?? []).filter((reason) => !tables.reason[reason]).length;
  if (total < index.rows + index.rejects) {
    part("sampled").hidden = false;
    part("sampled").textContent =
      `A sample, drawn by id: ${number(kept)} of ${several(index.rows, "row")} and ${number(total - kept)} of ${several(index.rejects, "reject")}. ` +
      "`agentinstruct show` has every record.";
  }
  offerAll();
  refresh();
  addEventListener("hashchange", read);
  read();
  marks.whenChanged(() => (wanted.marked ? refresh() : draw()));
  makeSearchable().then(() => {
    root.dataset.searchable = "";
    if (wanted.q) refresh();
  });
})();