"use strict";
// The reader: list, filters, search, one record, marks. Texts of records become text nodes and nothing else.
(() => {
  const root = document.getElementById("reader");
  if (!root) return;
  const part = (name) => document.getElementById(`reader-${name}`);
  const index = JSON.parse(part("index").textContent);
  const { tables, columns } = index;
  const total = columns.id ? columns.id.length : 0;
  const placeOf = new Map((columns.id ?? []).map((id, place) => [id, place]));
  const entry = (place) => ({
    id: columns.id[place],
    skill: tables.skill[columns.skill[place]],
    type: tables.type[columns.type[place]],
    step: tables.step[columns.step[place]],
    reason: tables.reason[columns.reason[place]],
    difficulty: tables.difficulty[columns.difficulty[place]],
    checks: tables.checks[columns.checks[place]],
    score: columns.score[place],
    words: columns.words[place],
    opening: columns.opening[place],
  });
  const number = (value) => value.toLocaleString("en");
  const spoken = (name) => name.replaceAll("_", " ");
  const several = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {}))
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  // Details: chunks that are unpacked when they are needed; the latest few are kept.

  const unpacked = new Map();
  async function chunk(of) {
    if (unpacked.has(of)) return unpacked.get(of);
    const coded = part(`chunk-${of}`).textContent;
    const bytes = Uint8Array.fromBase64
      ? Uint8Array.fromBase64(coded)
      : Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const { texts, records } = JSON.parse(await new Response(stream).text());
    const shared = (holder) => {
      for (const name of ["piece", "written", "passage"])
        if (typeof holder[name] === "number") holder[name] = texts[holder[name]];
    };
    for (const record of records) {
      shared(record);
      record.versions.forEach(shared);
    }
    unpacked.set(of, { texts, records });
    if (unpacked.size > 12) unpacked.delete(unpacked.keys().next().value);
    return { texts, records };
  }
  const detail = async (place) => (await chunk(columns.chunk[place])).records[columns.place[place]];

  // Search: all texts in small letters, shared ones once; made in the background.

  const own = new Array(total).fill("");
  const shared = [];
  const sharedBy = [];
  const byChunk = new Map();
  for (let place = 0; place < total; place++) {
    const of = columns.chunk[place];
    if (!byChunk.has(of)) byChunk.set(of, []);
    byChunk.get(of).push(place);
  }
  let searched = 0;
  const wholeText = (record) =>
    [
      record.id,
      ...record.messages.flatMap((said) => [said.content, ...(said.calls ?? []).flatMap((call) => [call.name, call.arguments])]),
      ...record.versions.flatMap((version) => [version.instruction, ...version.options, ...version.key]),
      ...(record.last.key ?? []),
      ...record.events.flatMap((event) => [event.suggestion, event.note, event.found]),
      ...(record.alternatives ?? []).flatMap((other) => other.messages.map((said) => said.content)),
      record.rejected?.detail,
      record.source.title,
      record.source.uri,
    ]
      .filter(Boolean)
      .join("\n")
      .toLowerCase();
  const pause = () => new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done));
  async function makeSearchable() {
    for (const [of, places] of byChunk) {
      const { records } = await chunk(of);
      const known = new Map();
      for (const place of places) {
        const record = records[columns.place[place]];
        own[place] = wholeText(record);
        const texts = new Set([record.piece, record.written, record.passage, ...record.versions.map((v) => v.passage)]);
        sharedBy[place] = [...texts].filter(Boolean).map((text) => {
          if (!known.has(text)) known.set(text, shared.push(text.toLowerCase()) - 1);
          return known.get(text);
        });
      }
      searched += places.length;
      await pause();
    }
    root.dataset.searchable = "";
    if (wanted.q) refresh();
  }
  const wordsOf = (query) =>
    [...query.toLowerCase().matchAll(/["“”]([^"“”]+)["“”]|(\S+)/g)].map((found) => (found[1] ?? found[2]).trim()).filter(Boolean);
  function finder(query) {
    const words = wordsOf(query).map((word) => ({ word, within: shared.map((text) => text.includes(word)) }));
    return (place) =>
      words.every(({ word, within }) => own[place].includes(word) || (sharedBy[place] ?? []).some((text) => within[text]));
  }

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
    const rows = columns.reason ? columns.reason.filter((reason) => !tables.reason[reason]).length : 0;
    offer("outcome", "all records", [["accepted", `accepted (${number(rows)})`], ["rejected", `rejected (${number(total - rows)})`]]);
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
    const mark = marks.get(each.id);
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
    const still = wanted.q && searched < total ? `; ${number(total - searched)} still to be searched` : "";
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
    const mark = marks.get(each.id);
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
    current = place;
    reveal();
    const each = entry(place);
    if (!quiet) remember();
    const record = await detail(place);
    if (current !== place) return;
    shown = record;
    part("none").hidden = true;
    part("open").hidden = false;
    root.classList.add("reader-has-record");
    part("title").textContent = each.opening || each.id;
    const badge = (text, sort = "") => make("span", { class: `reader-badge ${sort}` }, text);
    part("facts").replaceChildren(
      each.reason ? badge(`rejected: ${spoken(each.reason)}`, "reader-out") : badge("accepted", "reader-in"),
      ...[spoken(each.skill), spoken(each.type), each.score === null ? "" : `score ${each.score}`, each.difficulty].filter(Boolean).map((text) => badge(text)),
      ...(record.offline ? [badge("not for training", "reader-warn")] : []),
      make("code", { class: "reader-id" }, each.id));
    showMark();
    showTab();
    const article = part("open").parentElement;
    if (article.getBoundingClientRect().top < 0) article.scrollIntoView();
    if (focus) part("title").focus();
  }
  function close() {
    root.classList.remove("reader-has-record");
    list.focus();
    reveal();
  }
  const TABS = { talk, made, proof };
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

  // Texts: prose with its blocks of code

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

  // Conversation

  const ROLES = { system: "System", user: "User", assistant: "Assistant", tool: "Tool result" };
  const turns = (messages) =>
    messages.map((said) =>
      make("section", { class: `reader-turn reader-${Object.hasOwn(ROLES, said.role) ? said.role : "other"}` },
        make("h3", null, ROLES[said.role] ?? said.role),
        said.content ? (said.role === "tool" ? block(said.content, "tool result") : prose(said.content)) : null,
        (said.calls ?? []).map((call) => make("div", { class: "reader-call" }, make("p", null, "calls ", make("code", null, call.name)), call.arguments ? block(call.arguments, "arguments") : null))));
  function outcome(record) {
    if (!record.rejected) return null;
    const { step, reason, detail: why } = record.rejected;
    return make("div", { class: "reader-verdict" }, make("strong", null, `Fell out in ${step}: ${spoken(reason)}`), why ? make("p", { dir: "auto" }, why) : null);
  }
  function talk(record) {
    const messages = record.messages.length
      ? turns(record.messages)
      : [
          record.passage ? make("p", { class: "reader-small" }, "It never came to a conversation. This is as far as it went:") : null,
          ...stageOf(record.last),
          record.passage ? section("Passage", "", prose(record.passage)) : null,
        ];
    return [outcome(record), ...messages, record.tools ? folded("Functions on offer", block(record.tools, "functions")) : null];
  }

  // How it was made

  const MISSING = "The steps of this run are no longer there: the piece of the document, the passage and the versions of the task cannot be shown.";
  const options = (list) => (list.length ? make("ol", { class: "reader-options", type: "A" }, list.map((each) => make("li", { dir: "auto" }, each))) : null);
  function stageOf(task) {
    return [
      task.instruction ? prose(task.instruction) : null,
      options(task.options ?? []),
      facts(
        fact("Author’s key", task.answerable === false ? "It cannot be answered." : (task.key ?? []).join(" | ")),
        fact("Evidence", (task.evidence ?? []).map((quote) => make("q", { dir: "auto" }, quote)))),
      task.constraints ? folded("Requirements", block(task.constraints, "requirements")) : null,
      task.formal ? folded("The task as programs check it", block(task.formal, "formal task")) : null,
    ];
  }
  const took = (event) => (event?.call ? `${event.model}, ${number(event.read)} + ${number(event.written)} tokens, ${money(event.cost)}` : "");
  const money = (cost) => (cost === undefined || cost === null ? "cost unknown" : `$${cost.toFixed(cost && cost < 0.01 ? 6 : 4)}`);
  const notes = (events) => {
    const told = events.filter((event) => event.note || event.found);
    return told.length ? make("ul", { class: "reader-notes" }, told.map((event) => make("li", { dir: "auto" }, event.repair ? `went back for ${spoken(event.repair)}: ${event.found ?? ""}` : event.note))) : null;
  };
  function made(record) {
    const of = (step) => record.events.filter((event) => event.step === step);
    const versions = record.versions;
    const steps = [sourceOf(record, of("documents"), of("transform"))];
    const evidence = [...versions.flatMap((version) => version.evidence), ...(record.last.evidence ?? [])];
    if (record.piece || record.written) steps.push(passageOf(record, evidence, of("transform")));
    const before = of("instruct");
    const [first, ...edits] = versions;
    steps.push(first ? section("Task, as first written", took(before.find((event) => event.agent === "instruct")), stageOf(first), notes(before)) : before.length ? section("Task, as first written", took(before[0]), notes(before), record.messages.length ? facts(fact("Author’s key", (record.last.key ?? []).join(" | "))) : null) : null);
    const refined = of("refine");
    const suggestions = refined.filter((event) => event.suggestion);
    suggestions.forEach((event, at) => steps.push(editOf(event, refined, edits[at], edits[at - 1] ?? first)));
    edits.slice(suggestions.length).forEach((version, at) => steps.push(section("Task, as it was changed", "", changes(edits[suggestions.length + at - 1] ?? first, version))));
    const idle = refined.filter((event) => event.goal && !event.suggestion);
    if (idle.length) steps.push(section("Goals without a suggestion", "", make("p", null, idle.map((event) => spoken(event.goal)).join(", "))));
    if (record.messages.length) steps.push(responseOf(record, of("respond")));
    if (record.events.some((event) => event.step === "verify")) steps.push(verifiedOf(record, of("verify")));
    steps.push(record.rejected ? outcome(record) : null);
    return [record.piece || record.rejected?.step === "documents" ? null : make("p", { class: "reader-missing" }, MISSING), make("div", { class: "reader-stages" }, steps.filter(Boolean))];
  }
  function sourceOf(record, events) {
    const { uri, title, kind, start, end } = record.source;
    return section("Document", "", facts(fact("Title", title), fact("File", uri), fact("Kind", kind), fact("Span", end ? `characters ${number(start)} to ${number(end)}` : "")), notes(events));
  }
  function passageOf(record, evidence, events) {
    const same = record.piece === record.written;
    const column = (title, text) =>
      make("div", { class: "reader-column", tabindex: 0, role: "region", "aria-label": title },
        make("h4", null, title), text ? prose(text, evidence) : make("p", { class: "reader-small" }, "no longer there"));
    return section(
      same ? "Passage" : "From the document to the passage",
      same ? "passed on as it stands" : [`by ${spoken(record.transformation)}`, took(events.findLast((event) => event.call))].filter(Boolean).join(": "),
      same ? prose(record.piece, evidence) : make("div", { class: "reader-columns" }, column("Span of the document", record.piece), column("Passage", record.written)),
      notes(events.filter((event) => event.note !== record.transformation)));
  }
  function editOf(event, refined, after, before) {
    const then = refined.slice(refined.indexOf(event) + 1);
    const edit = then.find((each) => each.agent === "edit");
    return section(
      `Suggestion: ${spoken(event.goal ?? "")}`,
      took(event),
      make("blockquote", { dir: "auto" }, event.suggestion),
      after ? [make("h4", null, "Edit"), edit ? make("p", { class: "reader-small" }, took(edit)) : null, changes(before, after)] : make("p", { class: "reader-small" }, "Its edit is no longer there."));
  }
  function changes(before, after) {
    if (!before) return stageOf(after);
    const parts = [];
    const compare = (title, one, other) => {
      if (one !== other) parts.push(make("div", { class: "reader-change" }, make("h5", null, title), difference(one, other)));
    };
    compare("Instruction", before.instruction, after.instruction);
    compare("Options", before.options.join("\n"), after.options.join("\n"));
    compare("Author’s key", before.answerable ? before.key.join(" | ") : "It cannot be answered.", after.answerable ? after.key.join(" | ") : "It cannot be answered.");
    compare("Passage", before.passage ?? "", after.passage ?? "");
    compare("Requirements", before.constraints, after.constraints);
    compare("The task as programs check it", before.formal, after.formal);
    return parts.length ? parts : [make("p", { class: "reader-small" }, "Nothing that is shown here changed.")];
  }
  function responseOf(record, events) {
    const others = record.alternatives ?? [];
    const last = (messages) => messages.filter((said) => said.role === "assistant").map((said) => said.content).join("\n\n");
    const next = (at) => (others[at + 1] ? last(others[at + 1].messages) : last(record.messages));
    return section(
      others.length ? `Response, and ${several(others.length, "other")}` : "Response",
      took(events.findLast((event) => event.call)),
      others.map((other, at) =>
        folded([`Other response ${at + 1}: `, spoken(other.why ?? ""), other.score === undefined ? "" : `, score ${other.score}`],
          other.finding ? make("p", { dir: "auto" }, other.finding) : null,
          (other.critique ?? []).map((each) => make("p", { dir: "auto" }, each)),
          other.repaired ? [make("h4", null, "What its repair changed"), difference(last(other.messages), next(at))] : turns(other.messages))),
      make("h4", null, record.rejected ? "The response that was given last" : "The response that was kept"),
      turns(record.messages.slice(record.messages.findIndex((said) => said.role === "assistant"))));
  }
  function verifiedOf(record, events) {
    const { passed, skipped } = results(record);
    const judged = events.findLast((event) => event.verdicts);
    return section(
      "Checks",
      `${several(passed.length, "check")} passed, ${number(skipped.length)} skipped` + (record.rejected ? `; rejected for ${spoken(record.rejected.reason)}` : ""),
      judged ? verdicts(judged) : null,
      notes(events));
  }

  // Checks and cost

  const results = (record) => {
    const all = Object.entries(record.checks);
    return { passed: all.filter(([, result]) => result === "pass").map(([name]) => name), skipped: all.filter(([, result]) => result !== "pass") };
  };
  function table(caption, heads, rows) {
    return make("div", { class: "reader-table", tabindex: 0, role: "region", "aria-label": caption },
      make("table", null,
        make("caption", null, caption),
        make("thead", null, make("tr", null, heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", null, rows.map((row) => make("tr", null, row.map((cell) => (cell instanceof Element && cell.tagName === "TD" ? cell : make("td", { dir: "auto" }, String(cell ?? "")))))))));
  }
  const verdicts = (event) => {
    const unmet = event.verdicts.filter((verdict) => !verdict.met).length;
    const read = readings(event);
    return unmet ? read : folded(`Judge: score ${event.score}, all ${event.verdicts.length} criteria met`, read);
  };
  const readings = (event) =>
    table(`Judge’s reading, score ${event.score}`, ["Criterion", "Met", "Finding"],
      event.verdicts.map((verdict) => [spoken(verdict.criterion), make("td", { class: verdict.met ? "reader-yes" : "reader-no" }, verdict.met ? "met" : "not met"), verdict.finding]));
  function proof(record) {
    const { passed, skipped } = results(record);
    const judged = record.events.filter((event) => event.verdicts);
    const quality = Object.entries(record.quality).map(([name, value]) => fact(spoken(name), [value].flat().join(", ")));
    const drawn = Object.entries(record.axes).map(([name, value]) => fact(spoken(name), String(value)));
    const calls = record.events.filter((event) => event.call);
    const usage = record.usage ?? {};
    const paid = [...new Map(calls.map((event) => [event.call, event])).values()];
    return [
      outcome(record),
      section("Checks", "", facts(
        record.rejected ? fact("Rejected by", spoken(record.rejected.reason)) : null,
        fact("Passed", passed.map((name) => make("span", { class: "reader-badge reader-in" }, spoken(name)))),
        fact("Skipped", skipped.map(([name, why]) => make("span", { class: "reader-badge" }, `${spoken(name)}: ${why.replace(/^skip: /, "")}`))))),
      judged.length ? section("Judge", "", judged.map(readings)) : null,
      quality.length ? section("Measured", "", facts(...quality)) : null,
      drawn.length || record.strategy ? section("Drawn for the task", "", facts(...drawn, fact("way to think", spoken(record.strategy)))) : null,
      section("Calls", `${several(usage.calls ?? paid.length, "call")}, ${number(usage.prompt_tokens ?? 0)} + ${number(usage.completion_tokens ?? 0)} tokens, ${money(usage.cost_usd)}; records of one passage share their first calls.`,
        calls.length ? table("Calls, oldest first", ["Step", "Agent", "Model", "Tokens read", "written", "Cost", "For", "Call", "Prompt"],
          paid.map((event) => [event.step, event.agent ?? "", event.model, number(event.read), number(event.written), money(event.cost),
            event.repair ? `repair: ${spoken(event.repair)}` : event.goal ? spoken(event.goal) : event.solution ? `solution of ${event.solution}` : "", event.call, event.prompt ?? ""])) : null,
        calls.filter((event) => event.tools).map((event) => folded(`Tools that ${event.agent} used`, turns(event.tools)))),
    ];
  }

  // What changed between two texts, word by word: the shortest script by Myers (1986)

  function difference(before, after) {
    const cut = (text) => text.match(/\s+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu) ?? [];
    const box = make("div", { class: "reader-text reader-diff", dir: "auto" });
    for (const [sort, words] of script(cut(before), cut(after)))
      box.append(sort === "=" ? words.join("") : make(sort === "-" ? "del" : "ins", null, words.join("")));
    return box;
  }
  function script(one, other) {
    let head = 0;
    while (head < one.length && head < other.length && one[head] === other[head]) head++;
    let tail = 0;
    while (tail < one.length - head && tail < other.length - head && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
    const middle = shortest(one.slice(head, one.length - tail), other.slice(head, other.length - tail));
    return [["=", one.slice(0, head)], ...middle, ["=", one.slice(one.length - tail)]].filter(([, words]) => words.length);
  }
  function shortest(one, other) {
    const most = Math.min(one.length + other.length, 1500);
    const ends = new Map([[1, 0]]);
    const trace = [];
    for (let changed = 0; changed <= most; changed++) {
      trace.push(new Map(ends));
      for (let line = -changed; line <= changed; line += 2) {
        const down = line === -changed || (line !== changed && (ends.get(line - 1) ?? -1) < (ends.get(line + 1) ?? -1));
        let x = down ? ends.get(line + 1) ?? 0 : ends.get(line - 1) + 1;
        while (x < one.length && x - line < other.length && one[x] === other[x - line]) x++;
        ends.set(line, x);
        if (x >= one.length && x - line >= other.length) return walked(trace, one, other);
      }
    }
    return [["-", one], ["+", other]]; // nothing of note in common
  }
  function walked(trace, one, other) {
    const steps = [];
    let x = one.length;
    let y = other.length;
    for (let changed = trace.length - 1; changed > 0; changed--) {
      const ends = trace[changed];
      const line = x - y;
      const down = line === -changed || (line !== changed && (ends.get(line - 1) ?? -1) < (ends.get(line + 1) ?? -1));
      const from = down ? ends.get(line + 1) : ends.get(line - 1);
      const start = down ? from : from + 1;
      while (x > start) {
        steps.push(["=", one[--x]]);
        y--;
      }
      if (down) steps.push(["+", other[--y]]);
      else steps.push(["-", one[--x]]);
    }
    while (x > 0) steps.push(["=", one[--x]]);
    const runs = [];
    for (const step of steps.reverse()) {
      const last = runs.at(-1);
      if (last?.[0] === step[0]) last[1].push(step[1]);
      else runs.push([step[0], [step[1]]]);
    }
    return runs;
  }

  // Marks: good, bad or a note, kept by the browser where it keeps anything, and saved as a file that `generate --marks` reads

  const VERSION = 1;
  const KEPT = `agentinstruct-marks-${index.run}`;
  const marks = new Map();
  let keeps = true;
  function load() {
    try {
      const kept = localStorage.getItem(KEPT);
      if (kept) take(kept);
    } catch {
      keeps = false;
    }
  }
  function take(text) {
    const file = JSON.parse(text);
    const sound = file?.version === VERSION && Array.isArray(file.marks) &&
      file.marks.every((mark) => typeof mark?.id === "string" && ["good", "bad", "", undefined].includes(mark.verdict));
    if (!sound) throw new TypeError("no marks");
    for (const { id, ...mark } of file.marks) marks.set(id, mark);
    return file.marks.length;
  }
  const file = () => JSON.stringify({ version: VERSION, marks: [...marks].sort(([one], [other]) => (one < other ? -1 : 1)).map(([id, mark]) => ({ id, ...mark })) }, null, 1) + "\n";
  function keep() {
    try {
      localStorage.setItem(KEPT, file());
    } catch {
      keeps = false;
    }
    tell();
  }
  function tell(what) {
    const counts = { good: 0, bad: 0 };
    for (const mark of marks.values()) if (mark.verdict) counts[mark.verdict]++;
    const where = keeps ? "kept in this browser" : "kept until this page is closed: save them";
    part("kept").textContent = what ?? (marks.size ? `${number(counts.good)} good, ${number(counts.bad)} bad, ${several([...marks.values()].filter((mark) => mark.note).length, "note")}; ${where}` : "No marks yet.");
    part("save").disabled = !marks.size;
  }
  function mark(changes) {
    if (current < 0 || !shown) return;
    const { id, score } = entry(current);
    const before = marks.get(id) ?? {};
    const after = { verdict: "", note: "", again: "", ...before, ...changes };
    if (after.verdict !== "bad" && !("again" in changes)) after.again = "";
    if (after.verdict || after.note || after.again) {
      const { task, passage, type } = shown.of;
      const known = { score, task, passage, task_type: type };
      marks.set(id, Object.fromEntries(Object.entries({ ...known, ...after }).filter(([, value]) => value !== "" && value !== null)));
    } else marks.delete(id);
    keep();
    showMark();
    draw();
  }
  function showMark() {
    const { id } = entry(current);
    const { verdict = "", note = "", again = "" } = marks.get(id) ?? {};
    part("good").setAttribute("aria-pressed", String(verdict === "good"));
    part("bad").setAttribute("aria-pressed", String(verdict === "bad"));
    part("note").value = note;
    part("again").value = again;
    part("again").options[1].disabled = !shown.of.task;
    part("again").options[2].disabled = !shown.of.passage || !shown.of.type;
    part("next").hidden = verdict !== "bad";
    part("next").firstElementChild.textContent = shown.rejected ? "The next run with these marks:" : "The next run with these marks leaves it out. Besides:";
  }
  const judged = (verdict) => mark({ verdict: marks.get(entry(current)?.id)?.verdict === verdict ? "" : verdict });
  function save() {
    const address = URL.createObjectURL(new Blob([file()], { type: "application/json" }));
    make("a", { href: address, download: "marks.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    tell(`${several(marks.size, "mark")} saved as marks.json: put it beside the report.`);
  }
  async function loadFile() {
    const [chosen] = part("file").files;
    if (!chosen) return;
    part("file").value = "";
    try {
      const count = take(await chosen.text());
      keep();
      tell(`${several(count, "mark")} loaded.`);
    } catch {
      tell("That is no file of marks: take one that was saved here.");
    }
    refresh();
    if (shown) showMark();
  }

  // The address: which record, which search, which filters

  function remember() {
    const said = new URLSearchParams();
    if (current >= 0 && isOpen()) said.set("id", columns.id[current]);
    for (const [name, value] of Object.entries(wanted)) if (value) said.set(name, value);
    const hash = `#${said.has("id") ? "" : "records"}${said.size && !said.has("id") ? "&" : ""}${said}`;
    if (hash !== location.hash) history.replaceState(history.state, "", hash);
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
    if (place >= 0) {
      current = place;
      root.classList.add("reader-has-record");
    }
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
    g: () => judged("good"),
    b: () => judged("bad"),
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
  part("good").addEventListener("click", () => judged("good"));
  part("bad").addEventListener("click", () => judged("bad"));
  part("note").addEventListener("change", (event) => mark({ note: event.target.value.trim() }));
  part("again").addEventListener("change", (event) => mark({ again: event.target.value }));
  part("save").addEventListener("click", save);
  part("load").addEventListener("click", () => part("file").click());
  part("file").addEventListener("change", loadFile);

  // Start

  if (total < index.rows + index.rejects) {
    part("sampled").hidden = false;
    part("sampled").textContent = `A sample, drawn by id: ${number(columns.reason.filter((reason) => !tables.reason[reason]).length)} of ${several(index.rows, "row")} and ${number(columns.reason.filter((reason) => tables.reason[reason]).length)} of ${several(index.rejects, "reject")}. \`agentinstruct show\` has every record.`;
  }
  offerAll();
  load();
  tell();
  refresh();
  addEventListener("hashchange", read);
  read();
  pause().then(makeSearchable);
})();
