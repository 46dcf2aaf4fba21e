/* The process map. All steps and edges come with the page; dagre gives every one its place once, so nothing moves while the
   slider shows more or fewer of them. The slider, the colour and what was chosen stand in the address. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const WIDE = 158, HIGH = 40, ROUND = 13;
  // Upper bounds of the five shades, in hours.
  const SHADES = { median: [1, 8, 24, 72], p90: [1, 8, 24, 72], office_median: [0.5, 2, 4, 8], office_p90: [0.5, 2, 4, 8] };

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

  /* A smooth line through dagre's points. */
  function curve(points) {
    let path = "M" + points[0].x + " " + points[0].y;
    for (let i = 1; i < points.length - 1; i += 1) {
      const last = i === points.length - 2;
      const x = last ? points[i + 1].x : (points[i].x + points[i + 1].x) / 2, y = last ? points[i + 1].y : (points[i].y + points[i + 1].y) / 2;
      path += "Q" + points[i].x + " " + points[i].y + " " + x + " " + y;
    }
    return points.length === 2 ? path + "L" + points[1].x + " " + points[1].y : path;
  }

  function laidOut(data, most) {
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 20, edgesep: 12, marginx: 12, marginy: 12, acyclicer: "greedy" });
    graph.setDefaultEdgeLabel(() => ({}));
    const count = data.nodes.length;
    data.nodes.forEach((node, place) => graph.setNode(String(place), { width: WIDE, height: HIGH }));
    [count, count + 1].forEach((place) => graph.setNode(String(place), { width: 2 * ROUND + 24, height: 2 * ROUND }));
    data.edges.forEach((edge, place) => {
      const weight = 1 + Math.round(12 * edge.count / most) + (edge.step === 0 ? 40 : 0);
      graph.setEdge(String(edge.from), String(edge.to), { weight: weight, width: 62, height: 16, labelpos: "c", minlen: 1 }, String(place));
    });
    dagre.layout(graph);
    return graph;
  }

  function shade(edge, colour, most) {
    if (colour === "count") return Math.min(4, Math.floor(5 * Math.sqrt(edge.count / most)));
    if (edge[colour] === undefined) return 0;
    return SHADES[colour].filter((bound) => edge[colour] >= bound).length;
  }

  function begin(root) {
    const data = JSON.parse(root.querySelector("script").textContent);
    const canvas = root.querySelector(".pr-canvas"), slider = root.querySelector("input[type=range]"), told = root.querySelector(".pr-told");
    const pick = root.querySelector("[data-colour-choice]"), panel = root.querySelector(".pr-panel"), fit = root.querySelector("[data-fit]");
    const key = root.querySelector("[data-key]");
    const moves = data.edges.filter((edge) => edge.median !== undefined);
    const most = Math.max(1, ...moves.map((edge) => edge.count));
    const graph = laidOut(data, most);
    const size = graph.graph();
    const state = { step: Number(root.dataset.step), colour: root.dataset.colour, at: root.dataset.at };

    const svg = draw("svg", { viewBox: "0 0 " + Math.ceil(size.width) + " " + Math.ceil(size.height), width: Math.ceil(size.width), height: Math.ceil(size.height), class: "pr-svg" });
    const defs = draw("defs", {}, svg);
    ["ours", "other"].forEach((kind) => {
      const marker = draw("marker", { id: "pr-" + kind, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" }, defs);
      draw("path", { d: "M0 0 8 4 0 8z", class: "pr-head pr-head--" + kind }, marker);
    });
    const under = draw("g", {}, svg), over = draw("g", {}, svg), labels = draw("g", {}, svg);

    const drawn = data.edges.map((edge, place) => {
      const at = graph.edge({ v: String(edge.from), w: String(edge.to), name: String(place) });
      const group = draw("g", { class: "pr-edge" + (edge.median === undefined ? " pr-edge--end" : edge.turn ? " pr-edge--" + edge.turn : ""), "data-at": edge.key }, under);
      const wide = edge.median === undefined ? 1.5 : 1.5 + 6.5 * Math.sqrt(edge.count / most);
      const path = curve(at.points);
      draw("path", { d: path, class: "pr-line", "stroke-width": wide.toFixed(1), "marker-end": "url(#pr-" + (edge.median === undefined || edge.turn ? "other" : "ours") + ")" }, group);
      draw("path", { d: path, class: "pr-hit" }, group);
      draw("title", {}, group, edge.title);
      const label = draw("g", { class: "pr-label", "data-at": edge.key }, labels);
      const text = draw("text", { x: at.x, y: at.y + 4, "text-anchor": "middle" }, label);
      draw("title", {}, label, edge.title);
      return { edge: edge, group: group, label: label, text: text };
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

    function legend() {
      const bounds = SHADES[state.colour];
      key.hidden = !bounds;
      key.textContent = "";
      if (!bounds) return;
      const said = (hours) => (hours < 24 ? data.words.hours.replace("{n}", hours) : data.words.days.replace("{n}", hours / 24));
      ["< " + said(bounds[0]), ...bounds.map((bound) => "≥ " + said(bound))].forEach((words, i) => {
        const item = document.createElement("li");
        item.dataset.shade = i;
        item.textContent = words;
        key.appendChild(item);
      });
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
    canvas.scrollLeft = Math.max(0, start.x * (svg.clientWidth / size.width || 1) - canvas.clientWidth / 2);
    root.dataset.drawn = "yes";
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-process-map]").forEach((root) => { if (window.dagre) begin(root); }));
})();
