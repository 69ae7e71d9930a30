"use strict";
// What changed between two texts, word by word: the shortest script of deletions and insertions, by Myers (1986).
Reader.changes = (() => {
  const { make } = Reader.elements;
  const MOST = 1500; // changes from which on two texts have nothing of note in common

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
    const most = Math.min(one.length + other.length, MOST);
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

  return { difference, script };
})();
