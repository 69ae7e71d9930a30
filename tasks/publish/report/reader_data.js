"use strict";
// The records of the page: an index of all of them, details that are unpacked when they are needed, and search over all texts.
Reader.data = (() => {
  const { part } = Reader.elements;
  const index = JSON.parse(part("index").textContent);
  const { tables, columns } = index;
  const total = columns.id ? columns.id.length : 0;
  const placeOf = new Map((columns.id ?? []).map((id, place) => [id, place]));
  const told = (place) => ({
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
  const entries = Array.from({ length: total }, (_, place) => told(place));
  const entry = (place) => entries[place];

  // Details: chunks of records; the latest few are kept unpacked

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

  // Search: all texts in small letters, those that records share once; made in the background

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
  const without = (text, passage) => (passage ? text.replace(passage, () => " ") : text); // it is searched once, for all
  const unmet = (event) => (event.verdicts ?? []).filter((verdict) => !verdict.met).map((verdict) => verdict.finding);
  const wholeText = (record) =>
    [
      record.id,
      ...record.messages.flatMap((said) => [without(said.content, record.passage), ...(said.calls ?? []).flatMap((call) => [call.name, call.arguments])]),
      ...record.versions.flatMap((version) => [without(version.instruction, version.passage), ...version.options, ...version.key]),
      ...(record.last.key ?? []),
      ...record.events.flatMap((event) => [event.suggestion, event.note, event.found, ...unmet(event)]),
      ...(record.alternatives ?? []).flatMap((other) => [other.finding, ...other.messages.map((said) => said.content)]),
      record.rejected?.detail,
      record.source.title,
      record.source.uri,
    ]
      .filter(Boolean)
      .join("\n")
      .toLowerCase();
  const pause = () => new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done));
  async function makeSearchable() {
    await pause();
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
  }
  const wordsOf = (query) =>
    [...query.toLowerCase().matchAll(/["“”]([^"“”]+)["“”]|(\S+)/g)].map((found) => (found[1] ?? found[2]).trim()).filter(Boolean);
  function finder(query) {
    const words = wordsOf(query).map((word) => ({ word, within: shared.map((text) => text.includes(word)) }));
    return (place) =>
      words.every(({ word, within }) => own[place].includes(word) || (sharedBy[place] ?? []).some((text) => within[text]));
  }

  return { index, tables, columns, total, placeOf, entry, detail, makeSearchable, wordsOf, finder, unsearched: () => total - searched };
})();
