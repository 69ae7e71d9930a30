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
  const REACH = 16;
  let groups = [];
  let groupOf = [];
  let only = null;
  let chosen = -1;

  const words = (name) => name.replaceAll("_", " ");
  const radius = total > 2000 ? 2.5 : total > 400 ? 3.5 : 5;

  // A colour for each of eight groups, then the same colours in another shape; what comes after is grey.
  const outline = (pen, points) => {
    pen.moveTo(...points[0]);
    for (const point of points) pen.lineTo(...point);
  };
  const SHAPES = {
    round: (pen, x, y, r) => {
      pen.moveTo(x + r, y);
      pen.arc(x, y, r, 0, 2 * Math.PI);
    },
    diamond: (pen, x, y, r) => outline(pen, [[x, y - 1.3 * r], [x + 1.3 * r, y], [x, y + 1.3 * r], [x - 1.3 * r, y]]),
    triangle: (pen, x, y, r) => outline(pen, [[x, y - 1.2 * r], [x + 1.2 * r, y + r], [x - 1.2 * r, y + r]]),
  };
  const look = (group) => {
    const shape = Object.keys(SHAPES)[Math.floor(group / COLOURS)];
    return shape ? [(group % COLOURS) + 1, shape] : [OTHERS, "round"];
  };

  const lefts = new Float32Array(total);
  const tops = new Float32Array(total);
  const measure = () => {
    const width = canvas.clientWidth - 2 * MARGIN;
    const height = canvas.clientHeight - 2 * MARGIN;
    for (let n = 0; n < total; n++) {
      lefts[n] = MARGIN + (data.x[n] / 1000) * width;
      tops[n] = MARGIN + (1 - data.y[n] / 1000) * height;
    }
  };

  const paint = () => {
    const scale = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!width) return;
    measure();
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    const paths = groups.map(() => new Path2D());
    for (let n = 0; n < total; n++) SHAPES[look(groupOf[n])[1]](paths[groupOf[n]], lefts[n], tops[n], radius);
    paths.forEach((path, group) => {
      pen.globalAlpha = only === null || only === group ? 0.75 : 0.1;
      pen.fillStyle = style.getPropertyValue(`--series-${look(group)[0]}`);
      pen.fill(path);
    });
    if (chosen < 0) return;
    pen.globalAlpha = 1;
    pen.lineWidth = 2.5;
    pen.strokeStyle = style.getPropertyValue("--ink");
    pen.beginPath();
    pen.arc(lefts[chosen], tops[chosen], radius + 4, 0, 2 * Math.PI);
    pen.stroke();
  };

  // However much changes at once, it is painted once.
  let waiting = 0;
  const draw = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(paint);
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

  const nearest = (x, y, least) => {
    let best = -1;
    for (let n = 0; n < total; n++) {
      if (only !== null && only !== groupOf[n]) continue;
      const far = (lefts[n] - x) ** 2 + (tops[n] - y) ** 2;
      if (far < least) [best, least] = [n, far];
    }
    return best;
  };

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const towards = ([across, down]) => {
    if (chosen < 0) return nearest(canvas.clientWidth / 2, canvas.clientHeight / 2, Infinity);
    let best = chosen;
    let least = Infinity;
    for (let n = 0; n < total; n++) {
      if (only !== null && only !== groupOf[n]) continue;
      const [right, below] = [lefts[n] - lefts[chosen], tops[n] - tops[chosen]];
      const ahead = right * across + below * down;
      const far = ahead + 2 * (Math.abs(right * down) + Math.abs(below * across));
      if (ahead > 0.5 && far < least) [best, least] = [n, far];
    }
    return best;
  };

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    choose(nearest(event.clientX - box.left, event.clientY - box.top, REACH ** 2));
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
