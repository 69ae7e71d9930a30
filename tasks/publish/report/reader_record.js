"use strict";
// One record: its conversation, how it was made, its checks and what it cost. Each is a list of elements.
Reader.record = (() => {
  const { number, spoken, several, money, make, prose, block, fact, facts, folded, section, table, badge } = Reader.elements;
  const { difference } = Reader.changes;

  // Conversation

  const ROLES = { system: "System", user: "User", assistant: "Assistant", tool: "Tool result" };
  const LONG = 600; // characters from which on a passage is folded
  // What a person says, with the passage that they show along folded away
  function folding(text, passage) {
    const at = passage && passage.length > LONG ? text.indexOf(passage) : -1;
    if (at < 0) return prose(text);
    const rest = [text.slice(0, at), text.slice(at + passage.length)].map((each) => each.trim());
    const words = several(passage.trim().split(/\s+/).length, "word");
    return make("div", null, rest[0] ? prose(rest[0]) : null, folded(`Passage, ${words}`, prose(passage)), rest[1] ? prose(rest[1]) : null);
  }
  const turns = (messages, passage = "") =>
    messages.map((said) =>
      make("section", { class: `reader-turn reader-${Object.hasOwn(ROLES, said.role) ? said.role : "other"}` },
        make("h3", null, ROLES[said.role] ?? said.role),
        said.content ? (said.role === "tool" ? block(said.content, "tool result") : folding(said.content, said.role === "user" ? passage : "")) : null,
        (said.calls ?? []).map((call) => make("div", { class: "reader-call" }, make("p", null, "calls ", make("code", null, call.name)), call.arguments ? block(call.arguments, "arguments") : null))));
  function outcome(record) {
    if (!record.rejected) return null;
    const { step, reason, detail: why } = record.rejected;
    return make("div", { class: "reader-verdict" }, make("strong", null, `Fell out in ${step}: ${spoken(reason)}`), why ? make("p", { dir: "auto" }, why) : null);
  }
  function talk(record) {
    const messages = record.messages.length
      ? turns(record.messages, record.passage)
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

  return { talk, made, proof };
})();
