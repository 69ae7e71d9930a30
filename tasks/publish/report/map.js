"use strict";

// The map of the data: dots on a canvas, by pointer and by keyboard. Its text is set as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const canvas = document.getElementById("map-canvas");
  const chooser = document.getElementById("map-by");
  const said = document.getElementById("map-said");
  const legend = document.getElementById("map-legend");
  const total = data.ids.length;
  const COLOURS = 8;
  const OTHERS = 9;
  const MARGIN = 16;
  let groups = [];
  let groupOf = [];
  let only = null;
  let chosen = -1;

  const words = (name) => name.replaceAll("_", " ");
  const radius = total > 2000 ? 2.5 : total > 400 ? 3.5 : 5;

  // A colour for each of eight groups, then the same colours in another shape; what comes after is grey.
  const outline = (pen, points) => {
    pen.beginPath();
    for (const point of points) pen.lineTo(...point);
    pen.closePath();
  };
  const SHAPES = {
    round: (pen, x, y) => {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    },
    diamond: (pen, x, y) => outline(pen, [[x, y - 1.3 * radius], [x + 1.3 * radius, y], [x, y + 1.3 * radius], [x - 1.3 * radius, y]]),
    triangle: (pen, x, y) => outline(pen, [[x, y - 1.2 * radius], [x + 1.2 * radius, y + radius], [x - 1.2 * radius, y + radius]]),
  };
  const look = (group) => {
    const shape = Object.keys(SHAPES)[Math.floor(group / COLOURS)];
    return shape ? [(group % COLOURS) + 1, shape] : [OTHERS, "round"];
  };

  const place = (n) => [
    MARGIN + (data.x[n] / 1000) * (canvas.clientWidth - 2 * MARGIN),
    MARGIN + (1 - data.y[n] / 1000) * (canvas.clientHeight - 2 * MARGIN),
  ];

  const draw = () => {
    const scale = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!width) return;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const colours = Array.from({ length: OTHERS + 1 }, (_, n) => style.getPropertyValue(`--series-${n}`));
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    for (let n = 0; n < total; n++) {
      const [x, y] = place(n);
      pen.globalAlpha = only === null || only === groupOf[n] ? 0.75 : 0.1;
      const [colour, shape] = look(groupOf[n]);
      pen.fillStyle = colours[colour];
      SHAPES[shape](pen, x, y);
      pen.fill();
    }
    if (chosen < 0) return;
    const [x, y] = place(chosen);
    pen.globalAlpha = 1;
    pen.lineWidth = 2.5;
    pen.strokeStyle = style.getPropertyValue("--ink");
    pen.beginPath();
    pen.arc(x, y, radius + 4, 0, 2 * Math.PI);
    pen.stroke();
  };

  const choose = (n) => {
    if (n === chosen) return;
    chosen = n;
    if (n < 0) {
      said.textContent = "";
    } else {
      const text = document.createElement("bdi");
      text.textContent = data.said[n];
      said.replaceChildren(`${words(data.skill[n])}, ${words(data.task_type[n])}: `, text);
    }
    draw();
  };

  const open = () => {
    if (chosen >= 0) location.hash = `id=${data.ids[chosen]}`;
  };

  const groupBy = () => {
    const names = data[chooser.value];
    const counts = new Map();
    for (const name of names) counts.set(name, (counts.get(name) || 0) + 1);
    groups = [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
    const numbers = new Map(groups.map(([name], n) => [name, n]));
    groupOf = names.map((name) => numbers.get(name));
    only = null;
    legend.replaceChildren(
      ...groups.map(([name, count], n) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        const dot = document.createElement("i");
        const [colour, shape] = look(n);
        dot.className = `dot ${shape} series-${colour}`;
        button.type = "button";
        button.setAttribute("aria-pressed", "false");
        button.append(dot, `${words(name)} ${count.toLocaleString("en")}`);
        button.addEventListener("click", () => {
          only = only === n ? null : n;
          [...legend.querySelectorAll("button")].forEach((each, m) => each.setAttribute("aria-pressed", String(only === m)));
          draw();
        });
        item.append(button);
        return item;
      }),
    );
    draw();
  };

  const nearest = (x, y) => {
    let best = -1;
    let least = 16 ** 2;
    for (let n = 0; n < total; n++) {
      if (only !== null && only !== groupOf[n]) continue;
      const [left, top] = place(n);
      const far = (left - x) ** 2 + (top - y) ** 2;
      if (far < least) [best, least] = [n, far];
    }
    return best;
  };

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const towards = ([across, down]) => {
    if (chosen < 0) return nearest(...place(0));
    const [x, y] = place(chosen);
    let best = chosen;
    let least = Infinity;
    for (let n = 0; n < total; n++) {
      if (only !== null && only !== groupOf[n]) continue;
      const [left, top] = place(n);
      const ahead = (left - x) * across + (top - y) * down;
      const aside = Math.abs((left - x) * down) + Math.abs((top - y) * across);
      if (ahead > 0.5 && ahead + 2 * aside < least) [best, least] = [n, ahead + 2 * aside];
    }
    return best;
  };

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    choose(nearest(event.clientX - box.left, event.clientY - box.top));
  });
  canvas.addEventListener("click", open);
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Enter") open();
    else if (event.key in ARROWS && total) choose(towards(ARROWS[event.key]));
    else return;
    event.preventDefault();
  });
  chooser.addEventListener("change", groupBy);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new ResizeObserver(draw).observe(canvas);

  if (new Set(data.skill).size < 2) chooser.value = "task_type";
  groupBy();
})();
