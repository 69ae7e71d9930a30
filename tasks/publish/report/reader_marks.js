"use strict";
// Marks: good, bad or a note. The browser keeps them where it keeps anything; saved, they are a file that `generate --marks` reads.
Reader.marks = (() => {
  const { part, number, several, make } = Reader.elements;
  const VERSION = 1;
  const KEPT = `agentinstruct-marks-${Reader.data.index.run}`;
  const FIELDS = { verdict: "string", note: "string", again: "string", score: "number", task: "string", passage: "string", task_type: "string" };
  const LEAST = 5; // of good and of bad marks, from which on a threshold is worth naming
  const marks = new Map();
  let policy = "suggest"; // what a run does with the threshold that the marks name
  let keeps = true;
  let open = null; // the record whose mark the bar shows
  let changed = () => {};

  // What is kept

  function read(text) {
    const file = JSON.parse(text);
    const sound = (mark) =>
      typeof mark?.id === "string" &&
      ["good", "bad", "", undefined].includes(mark.verdict) &&
      Object.entries(FIELDS).every(([name, type]) => mark[name] === undefined || mark[name] === null || typeof mark[name] === type);
    if (file?.version !== VERSION || !Array.isArray(file.marks) || !file.marks.every(sound)) throw new TypeError("no marks");
    for (const mark of file.marks) marks.set(mark.id, filled(mark));
    if (["suggest", "use"].includes(file.judge_threshold)) policy = file.judge_threshold;
    return file.marks.length;
  }
  const filled = (mark) => Object.fromEntries(Object.keys(FIELDS).filter((name) => mark[name] || mark[name] === 0).map((name) => [name, mark[name]]));
  const written = () => {
    const sorted = [...marks].sort(([one], [other]) => (one < other ? -1 : 1));
    return `${JSON.stringify({ version: VERSION, judge_threshold: policy, marks: sorted.map(([id, mark]) => ({ id, ...mark })) }, null, 1)}\n`;
  };
  function keep() {
    try {
      localStorage.setItem(KEPT, written());
    } catch {
      keeps = false;
    }
    tell();
    changed();
  }
  function recall() {
    try {
      const kept = localStorage.getItem(KEPT);
      if (kept) read(kept);
    } catch (error) {
      keeps = error instanceof TypeError || error instanceof SyntaxError;
    }
    tell();
  }

  // What is told of them all

  function tell(what) {
    const all = [...marks.values()];
    const counted = (verdict) => number(all.filter((mark) => mark.verdict === verdict).length);
    const where = keeps ? "kept in this browser" : "kept until this page is closed: save them";
    const summary = `${counted("good")} good, ${counted("bad")} bad, ${several(all.filter((mark) => mark.note).length, "note")}; ${where}`;
    part("kept").textContent = what ?? (marks.size ? summary : "No marks yet.");
    part("save").disabled = !marks.size;
    const found = threshold(all);
    part("threshold").hidden = found === null;
    part("use").checked = policy === "use";
    part("best").textContent = found === null ? "" : `Use judge_threshold=${found.best}, right about ${found.right} of ${found.of} marks`;
  }
  // The same as tasks/records/threshold.py
  function threshold(all) {
    const [good, bad] = ["good", "bad"].map((verdict) => all.filter((mark) => mark.verdict === verdict && mark.score !== undefined).map((mark) => mark.score));
    if (Math.min(good.length, bad.length) < LEAST) return null;
    const now = Reader.data.index.threshold;
    const accepted = (scores, least) => scores.filter((score) => score >= least).length;
    const apart = (least) => accepted(good, least) / good.length - accepted(bad, least) / bad.length;
    const best = [...Array(11).keys()].sort((one, other) => apart(other) - apart(one) || Math.abs(one - now) - Math.abs(other - now) || one - other)[0];
    return apart(best) <= 0 ? null : { best, right: accepted(good, best) + bad.length - accepted(bad, best), of: good.length + bad.length };
  }
  function save() {
    const address = URL.createObjectURL(new Blob([written()], { type: "application/json" }));
    make("a", { href: address, download: "marks.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    tell(`${several(marks.size, "mark")} saved as marks.json: put it beside the report.`);
  }
  async function load() {
    const [chosen] = part("file").files;
    if (!chosen) return;
    part("file").value = "";
    try {
      const count = read(await chosen.text());
      keep();
      tell(`${several(count, "mark")} loaded.`);
    } catch {
      tell("That is no file of marks: take one that was saved here.");
    }
    if (open) bar();
  }

  // The mark of the open record

  function change(changes) {
    if (!open) return;
    const { id, score } = open.entry;
    const { task, passage, type } = open.record.of;
    const mark = filled({ ...marks.get(id), ...changes });
    if (mark.verdict !== "bad") delete mark.again;
    if (mark.verdict || mark.note) marks.set(id, filled({ ...mark, score, task, passage, task_type: type }));
    else marks.delete(id);
    keep();
    bar();
  }
  function bar() {
    const { entry, record } = open;
    const { verdict, note = "", again = "" } = marks.get(entry.id) ?? {};
    for (const name of ["good", "bad"]) part(name).setAttribute("aria-pressed", String(verdict === name));
    part("note").value = note;
    part("again").value = again;
    part("again").options[1].disabled = !record.of.task;
    part("again").options[2].disabled = !record.of.passage || !record.of.type;
    part("next").hidden = verdict !== "bad";
    part("next").firstElementChild.textContent = record.rejected ? "The next run with these marks:" : "The next run with these marks leaves it out. Besides:";
  }
  const judge = (verdict) => open && change({ verdict: marks.get(open.entry.id)?.verdict === verdict ? "" : verdict });

  part("good").addEventListener("click", () => judge("good"));
  part("bad").addEventListener("click", () => judge("bad"));
  part("note").addEventListener("change", (event) => change({ note: event.target.value.trim() }));
  part("again").addEventListener("change", (event) => change({ again: event.target.value }));
  part("use").addEventListener("change", (event) => {
    policy = event.target.checked ? "use" : "suggest";
    keep();
  });
  part("save").addEventListener("click", save);
  part("load").addEventListener("click", () => part("file").click());
  part("file").addEventListener("change", load);
  recall();

  return {
    of: (id) => marks.get(id),
    judge,
    show(entry, record) {
      open = { entry, record };
      bar();
    },
    whenChanged(does) {
      changed = does;
    },
  };
})();
