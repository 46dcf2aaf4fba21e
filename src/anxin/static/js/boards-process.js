/* The process map. All steps and edges come with the page; dagre gives every one its place once, so nothing moves while the
   slider shows more or fewer of them. The slider, the colour and what was chosen stand in the address. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const WIDE = 176, HIGH = 40, ROUND = 13, COLUMN = WIDE + 72, NEXT = 110;
  // Upper bounds of the five shades, in hours.
  const SHADES = { median: [1, 4, 12, 24], p90: [8, 24, 48, 72], office_median: [0.5, 1, 3, 6], office_p90: [2, 4, 8, 16] };

  function draw(name, attributes, parent, text) {
    const one = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach((key) => one.setAttribute(key, attributes[key]));
    if (text !== undefined) one.textContent = text;
    if (parent) parent.appendChild(one);
    return one;
  }

  /* Words in at most two lines, cut where they do not fit; a Chinese letter is about as wide as two Latin ones. */
  function lines(words, room) {
    const size = (letter) => (/[\u2e80-\uffef]/.test(letter) ? 13 : 6.9);
    const parts = words.match(/[\u2e80-\uffef]|[^\u2e80-\uffef\s]+\s*|\s+/g) || [""];
    const found = [""];
    let taken = 0;
    parts.forEach((part) => {
      const wide = Array.from(part).reduce((sum, letter) => sum + size(letter), 0);
      if (taken + wide > room && found[found.length - 1]) { found.push(""); taken = 0; }
      found[found.length - 1] += part;
      taken += wide;
    });
    return found.length > 2 ? [found[0], found[1].trimEnd() + "…"] : found;
  }

  /* The edges by which places are found: the main road, and what first brings a step onto the map. Rarer ones between steps that
     have their place would only pull these apart. */
  function backbone(data) {
    const seen = new Set(), chosen = new Set(), count = data.nodes.length;
    const order = data.edges.map((edge, place) => place).sort((a, b) => data.edges[a].step - data.edges[b].step);
    for (let i = 0; i < order.length;) {
      const step = data.edges[order[i]].step, group = [];
      while (i < order.length && data.edges[order[i]].step === step) { group.push(order[i]); i += 1; }
      const fresh = (place) => !seen.has(data.edges[place].from) || !seen.has(data.edges[place].to);
      if (step === 0 || group.some(fresh)) group.forEach((place) => {
        const edge = data.edges[place];
        const atEnd = edge.from === count || edge.to === count + 1;
        if (edge.from !== edge.to && (step === 0 || !atEnd)) chosen.add(place);
      });
      group.forEach((place) => { seen.add(data.edges[place].from); seen.add(data.edges[place].to); });
    }
    return chosen;
  }

  function laidOut(data, most, chosen) {
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: "TB", nodesep: 44, ranksep: 20, edgesep: 24, marginx: 12, marginy: 12, acyclicer: "greedy" });
    graph.setDefaultEdgeLabel(() => ({}));
    const count = data.nodes.length;
    data.nodes.forEach((node, place) => graph.setNode(String(place), { width: WIDE, height: HIGH }));
    [count, count + 1].forEach((place) => graph.setNode(String(place), { width: 2 * ROUND + 24, height: 2 * ROUND }));
    chosen.forEach((place) => {
      const edge = data.edges[place];
      const weight = 1 + Math.round(8 * edge.count / most) + (edge.step === 0 ? 60 : 0);
      graph.setEdge(String(edge.from), String(edge.to), { weight: weight, width: 58, height: 14, labelpos: "c" }, String(place));
    });
    dagre.layout(graph);
    straighten(graph, data, chosen);
    return graph;
  }

  /* The main road becomes a straight line; on every height what dagre put left or right of it follows in columns. */
  function straighten(graph, data, chosen) {
    const road = [], on = new Set();
    chosen.forEach((place) => {
      const edge = data.edges[place];
      if (edge.step !== 0) return;
      const ends = [String(edge.from), String(edge.to)];
      ends.forEach((name) => on.add(name));
      [graph.node(ends[0]), ...graph.edge({ v: ends[0], w: ends[1], name: String(place) }).points.slice(1, -1), graph.node(ends[1])]
        .forEach((point) => road.push({ x: point.x, y: point.y }));
    });
    if (!road.length) return;
    road.sort((a, b) => a.y - b.y);
    const roadAt = (y) => {
      const after = road.findIndex((point) => point.y >= y);
      if (after <= 0) return after < 0 ? road[road.length - 1].x : road[0].x;
      const a = road[after - 1], b = road[after];
      return b.y === a.y ? b.x : a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
    };
    const heights = new Map();
    graph.nodes().filter((name) => !on.has(name)).forEach((name) => {
      const node = graph.node(name), y = Math.round(node.y);
      if (!heights.has(y)) heights.set(y, []);
      heights.get(y).push({ node: node, off: node.x - roadAt(node.y) });
    });
    on.forEach((name) => { graph.node(name).x = 0; });
    heights.forEach((group) => [-1, 1].forEach((side) => {
      group.filter((one) => (one.off < 0 ? -1 : 1) === side).sort((a, b) => Math.abs(a.off) - Math.abs(b.off))
        .forEach((one, k) => { one.node.x = side * (k + 1) * COLUMN; });
    }));
  }

  /* Where an edge goes: straight down, around a corner into another column, or past others along the side; a loop to itself, a
     stub to start or end. `anchor`: how its words stand at x. */
  function route(edge, graph, count) {
    const a = graph.node(String(edge.from)), b = graph.node(String(edge.to)), half = WIDE / 2, tall = HIGH / 2;
    const cubic = (x0, y0, x1, y1, x2, y2, x3, y3) => ({
      path: "M" + [x0, y0].join(" ") + "C" + [x1, y1, x2, y2, x3, y3].join(" "),
      x: (x0 + 3 * x1 + 3 * x2 + x3) / 8, y: (y0 + 3 * y1 + 3 * y2 + y3) / 8, reach: [x0, x1, x2, x3],
    });
    const down = (x, from, to) => ({ path: "M" + x + " " + from + "V" + to, x: x + 7, y: (from + to) / 2, anchor: "start", reach: [x] });
    if (edge.step === 0) return down(a.x, a.y + a.height / 2, b.y - b.height / 2);
    if (edge.from === count) return down(b.x - 50, b.y - tall - 24, b.y - tall);
    if (edge.to === count + 1) return down(a.x + 50, a.y + tall, a.y + tall + 22);
    if (edge.from === edge.to) return Object.assign(cubic(a.x + half, a.y - 9, a.x + half + 40, a.y - 20, a.x + half + 40, a.y + 20, a.x + half + 2, a.y + 9), { x: a.x + half + 36, anchor: "start" });
    // Two edges that stand on one step have their words on either side.
    const beside = (x, node, over) => ({ x: x + (x > node.x ? 5 : -5), y: node.y + over * (tall + 15), anchor: x > node.x ? "start" : "end" });
    const below = b.y > a.y ? 1 : -1, side = b.x > a.x ? 1 : -1;
    if (Math.abs(b.x - a.x) < 1) {
      if (b.y > a.y && b.y - a.y < NEXT) return down(a.x, a.y + tall, b.y - tall);
      const out = Math.min(150, 22 + 0.2 * Math.abs(b.y - a.y)), away = a.x > 0 ? 1 : a.x < 0 ? -1 : below;
      return cubic(a.x + away * half, a.y + 6 * below, a.x + away * (half + out), a.y + 6 * below, b.x + away * (half + out), b.y - 6 * below, b.x + away * (half + 2), b.y - 6 * below);
    }
    if (Math.abs(b.y - a.y) < 1) return cubic(a.x + side * half, a.y, a.x + side * (half + 10), a.y, b.x - side * (half + 10), b.y, b.x - side * (half + 2), b.y);
    // The one nearer to the main road is left or entered at its side, the other at its top or bottom.
    if (Math.abs(a.x) < Math.abs(b.x)) {
      const y = a.y + 9 * below, x = b.x - side * 20 * (below > 0 ? 1 : -1);
      return Object.assign(cubic(a.x + side * half, y, x, y, x, y, x, b.y - below * (tall + 2)), beside(x, b, -below));
    }
    const y = b.y - 9 * below, x = a.x + side * 20 * (below > 0 ? 1 : -1);
    return Object.assign(cubic(x, a.y + below * tall, x, y, x, y, b.x - side * (half + 2), y), beside(x, a, below));
  }

  function shade(edge, colour, most) {
    if (colour === "count") return Math.min(4, Math.floor(5 * Math.sqrt(edge.count / most)));
    if (edge[colour] === undefined) return 0;
    return SHADES[colour].filter((bound) => edge[colour] >= bound).length;
  }

  /* Where each edge's words stand: no two on each other, none on a step. The more frequent edge is placed first, where `route`
     has put its words, else at the next free place along its line; where none is free, its words show only when it is chosen.
     `wide`: how wide its words can get. Places do not depend on the slider, so words stay where they are as it moves. */
  function placed(edges, routes, graph, drawn, wide) {
    const taken = graph.nodes().map((name) => graph.node(name)).map((node) => [node.x - node.width / 2, node.y - node.height / 2, node.x + node.width / 2, node.y + node.height / 2]);
    const box = (x, y, anchor, room) => {
      const from = anchor === "start" ? x : anchor === "end" ? x - room : x - room / 2;
      return [from - 2, y - 8, from + room + 2, y + 8];
    };
    const meets = (one) => taken.some((other) => one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1]);
    const order = edges.map((edge, place) => place).sort((a, b) => edges[a].step - edges[b].step || edges[b].count - edges[a].count);
    order.forEach((place) => {
      const at = routes[place], room = wide(edges[place]);
      const tries = [at];
      const line = drawn[place].line, length = line.getTotalLength();
      [.5, .4, .6, .3, .7, .2, .8, .12, .88].forEach((part) => {
        const point = line.getPointAtLength(length * part);
        [["start", 6], ["end", -6], ["middle", 0]].forEach(([anchor, off]) => tries.push({ x: point.x + off, y: point.y, anchor: anchor }));
      });
      const free = tries.find((one) => !meets(box(one.x, one.y, one.anchor, room)));
      const chosen = free || at;
      if (free) taken.push(box(free.x, free.y, free.anchor, room));
      drawn[place].label.classList.toggle("is-crowded", !free);
      drawn[place].text.setAttribute("x", chosen.x);
      drawn[place].text.setAttribute("y", chosen.y + 4);
      drawn[place].text.setAttribute("text-anchor", chosen.anchor || "middle");
    });
  }

  function begin(root) {
    const data = JSON.parse(root.querySelector("script").textContent);
    const canvas = root.querySelector(".pr-canvas"), slider = root.querySelector("input[type=range]"), told = root.querySelector(".pr-told");
    const pick = root.querySelector("[data-colour-choice]"), panel = root.querySelector(".pr-panel"), fit = root.querySelector("[data-fit]");
    const key = root.querySelector("[data-key]");
    const moves = data.edges.filter((edge) => edge.median !== undefined);
    const most = Math.max(1, ...moves.map((edge) => edge.count));
    const chosen = backbone(data);
    const graph = laidOut(data, most, chosen);
    const routes = data.edges.map((edge) => route(edge, graph, data.nodes.length));
    const left = Math.floor(Math.min(0, ...graph.nodes().map((name) => graph.node(name).x - WIDE / 2), ...routes.map((one) => Math.min(...one.reach)))) - 36;
    const right = Math.ceil(Math.max(...graph.nodes().map((name) => graph.node(name).x + WIDE / 2), ...routes.map((one) => Math.max(...one.reach)))) + 56;
    const size = { left: left, width: right - left, height: Math.ceil(graph.graph().height) + 24 };
    const state = { step: Number(root.dataset.step), colour: root.dataset.colour, at: root.dataset.at };

    const svg = draw("svg", { viewBox: size.left + " 0 " + size.width + " " + size.height, width: size.width, height: size.height, class: "pr-svg" });
    const defs = draw("defs", {}, svg);
    ["ours", "other"].forEach((kind) => {
      const marker = draw("marker", { id: "pr-" + kind, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" }, defs);
      draw("path", { d: "M0 0 8 4 0 8z", class: "pr-head pr-head--" + kind }, marker);
    });
    const under = draw("g", {}, svg), over = draw("g", {}, svg), labels = draw("g", {}, svg);

    const drawn = data.edges.map((edge, place) => {
      const at = routes[place];
      const group = draw("g", { class: "pr-edge" + (edge.median === undefined ? " pr-edge--end" : edge.turn ? " pr-edge--" + edge.turn : ""), "data-at": edge.key }, under);
      const wide = edge.median === undefined ? 1.5 : 1.5 + 6.5 * Math.sqrt(edge.count / most);
      const path = at.path;
      const line = draw("path", { d: path, class: "pr-line", "stroke-width": wide.toFixed(1), "marker-end": "url(#pr-" + (edge.median === undefined || edge.turn ? "other" : "ours") + ")" }, group);
      draw("path", { d: path, class: "pr-hit" }, group);
      draw("title", {}, group, edge.title);
      const label = draw("g", { class: "pr-label", "data-at": edge.key }, labels);
      const text = draw("text", {}, label);
      draw("title", {}, label, edge.title);
      return { edge: edge, group: group, label: label, text: text, line: line };
    });
    const nodes = data.nodes.map((node, place) => {
      const at = graph.node(String(place));
      const group = draw("g", { class: "pr-node", "data-at": node.key }, over);
      draw("rect", { x: at.x - WIDE / 2, y: at.y - HIGH / 2, width: WIDE, height: HIGH, rx: 6 }, group);
      const said = lines(node.title, WIDE - 16 - 8 * node.text.count.length);
      said.forEach((line, i) => draw("text", { x: at.x - WIDE / 2 + 8, y: at.y + 4.5 + (i - (said.length - 1) / 2) * 15, class: "pr-name" }, group, line));
      draw("text", { x: at.x + WIDE / 2 - 8, y: at.y + 4.5, "text-anchor": "end", class: "pr-count" }, group, node.text.count);
      draw("title", {}, group, node.title);
      return group;
    });
    [data.words.start, data.words.end].forEach((words, i) => {
      const at = graph.node(String(data.nodes.length + i));
      const group = draw("g", { class: "pr-mark" }, over);
      draw("rect", { x: at.x - ROUND - 12, y: at.y - ROUND, width: 2 * ROUND + 24, height: 2 * ROUND, rx: ROUND }, group);
      draw("text", { x: at.x, y: at.y + 4.5, "text-anchor": "middle" }, group, words);
    });
    canvas.appendChild(svg);
    const shown = (edge) => (edge.median === undefined ? ["count"] : [...pick.options].map((option) => option.value)).map((name) => edge.text[name] || "");
    const widest = (words) => Array.from(words).reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 12.4 : /[ .,]/.test(letter) ? 3.6 : 7.2), 0);
    placed(data.edges, routes, graph, drawn, (edge) => Math.max(...shown(edge).map(widest)));

    function remember() {
      const address = new URL(window.location.href);
      address.searchParams.set("paths", state.step);
      address.searchParams.set("colour", state.colour);
      if (state.at) address.searchParams.set("at", state.at);
      window.history.replaceState(null, "", address);
      // The filters ask for another map: the slider and the colour go along.
      document.querySelectorAll("form.lead__scope").forEach((form) => ["paths", "colour"].forEach((name) => {
        let box = form.querySelector("input[name=" + name + "]");
        if (!box) { box = document.createElement("input"); box.type = "hidden"; box.name = name; form.appendChild(box); }
        box.value = name === "paths" ? state.step : state.colour;
      }));
    }

    function show() {
      const seen = new Set();
      let count = 0, sum = 0;
      drawn.forEach((one) => {
        const on = one.edge.step <= state.step;
        one.group.classList.toggle("is-off", !on);
        one.label.classList.toggle("is-off", !on);
        if (!on) return;
        seen.add(one.edge.from);
        seen.add(one.edge.to);
        if (one.edge.median !== undefined) { count += 1; sum += one.edge.count; }
        one.text.textContent = one.edge.median === undefined ? one.edge.text.count : one.edge.text[state.colour];
        one.group.dataset.shade = one.edge.median === undefined ? 0 : shade(one.edge, state.colour, most);
        one.label.dataset.shade = one.group.dataset.shade;
      });
      nodes.forEach((group, place) => group.classList.toggle("is-off", !seen.has(place)));
      told.textContent = told.dataset.say.replace("{shown}", count).replace("{all}", moves.length).replace("{share}", (100 * sum / data.moves).toFixed(1) + "%");
      svg.classList.toggle("pr-svg--count", state.colour === "count");
      legend();
    }

    function item_of(words) {
      const one = document.createElement("li");
      one.textContent = words;
      return one;
    }

    /* From how many on a line has each of the five shades; the inverse of `shade`. */
    function countScale() {
      return [0, 1, 2, 3, 4].map((i) => "≥ " + Math.max(1, Math.ceil(most * (i / 5) * (i / 5))).toLocaleString("en-US"));
    }

    function legend() {
      const bounds = SHADES[state.colour];
      key.textContent = "";
      const item = (words, attribute, value) => {
        const one = item_of(words);
        one.setAttribute(attribute, value);
        key.appendChild(one);
      };
      item(pick.selectedOptions[0].textContent, "class", "pr-key__name");
      const said = (hours) => (hours < 24 ? data.words.hours.replace("{n}", hours) : data.words.days.replace("{n}", hours / 24));
      const scale = bounds ? ["< " + said(bounds[0]), ...bounds.map((bound) => "≥ " + said(bound))] : countScale();
      scale.forEach((words, i) => item(words, "data-shade", i));
      Object.keys(data.words.turns).forEach((turn) => { if (moves.some((edge) => edge.turn === turn)) item(data.words.turns[turn], "data-turn", turn); });
      item(data.words.width, "class", "pr-key__name");
    }

    function choose(name, scroll) {
      const every = [...data.edges, ...data.nodes];
      const one = every.find((item) => item.key === name);
      if (!one) return;
      state.at = name;
      // What is chosen is shown, even where the slider does not reach it.
      if (one.step !== undefined && one.step > state.step) { state.step = one.step; slider.value = one.step; show(); }
      panel.hidden = false;
      panel.querySelectorAll("[data-field]").forEach((box) => {
        const field = box.dataset.field;
        if (field === "href") box.href = one.href;
        else if (field === "title") box.textContent = one.title;
        else box.textContent = one.text[field] || "–";
      });
      svg.querySelectorAll(".is-chosen").forEach((item) => item.classList.remove("is-chosen"));
      svg.querySelectorAll("[data-at]").forEach((item) => { if (item.dataset.at === name) item.classList.add("is-chosen"); });
      const mark = drawn.find((item) => item.edge.key === name);
      if (scroll && mark) mark.label.scrollIntoView({ block: "center", inline: "center" });
      remember();
    }

    slider.addEventListener("input", () => { state.step = Number(slider.value); show(); });
    slider.addEventListener("change", remember);
    pick.addEventListener("change", () => { state.colour = pick.value; show(); remember(); });
    fit.addEventListener("click", () => {
      const on = !root.classList.contains("is-fit");
      root.classList.toggle("is-fit", on);
      fit.setAttribute("aria-pressed", on);
    });
    svg.addEventListener("click", (event) => { const one = event.target.closest("[data-at]"); if (one) choose(one.dataset.at, false); });
    document.querySelectorAll("a[data-at]").forEach((link) => link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(link.dataset.at, true);
    }));

    root.querySelector(".pr-tools").hidden = false;
    show();
    choose(state.at, false);
    // Wider than the window: begin in the middle of the main road.
    const start = graph.node(String(data.nodes.length));
    canvas.scrollLeft = Math.max(0, (start.x - size.left) * (svg.clientWidth / size.width || 1) - canvas.clientWidth / 2);
    root.dataset.drawn = "yes";
    // On a phone the table that says the same as the map is one tap away, not eighty rows of scrolling.
    const table = document.querySelector("details.data");
    if (table && window.matchMedia("(max-width: 859px)").matches) table.open = false;
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-process-map]").forEach((root) => { if (window.dagre) begin(root); }));
})();
