/* Draws the charts of the boards: each <figure data-chart="KIND"> holds its data as JSON in a <script type="application/json">
   and a .chart to draw into; the table beside it says the same. Colours are the tokens', so light and dark both fit; a mark
   with an `href` opens to what is behind it. A page with a kind of its own adds it: anxinCharts.add("map", (data, kit) => option). */
(function () {
  "use strict";

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function shown(value, form) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (form === "share") return (100 * value).toFixed(1) + "%";
    if (form === "count") return Math.round(value).toLocaleString("en");
    if (form === "hours" || form === "points") return value.toFixed(1);
    if (form === "days") return value < 10 ? value.toFixed(2) : value.toFixed(1);
    return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
  }

  function kit(wide) {
    const text = { color: token("--ink-2"), fontFamily: token("--font"), fontSize: 12 };
    return {
      wide: wide, token: token, shown: shown, text: text,
      strong: { color: token("--ink"), fontFamily: token("--font"), fontSize: 13, fontWeight: 700 },
      quiet: { axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: token("--line") } } },
      escape: (words) => echarts.format.encodeHTML(String(words)),
      // `most` in Chinese characters; a Latin letter takes half of one.
      clipped: (words, most) => {
        let room = 2 * most;
        const chars = [...String(words)];
        const at = chars.findIndex((one) => (room -= one.charCodeAt(0) > 255 ? 2 : 1) < 0);
        return at < 0 ? String(words) : chars.slice(0, Math.max(1, at - 1)).join("") + "…";
      },
      base: { animation: false, textStyle: text, tooltip: { trigger: "item", confine: true, backgroundColor: token("--surface"), borderColor: token("--line"), textStyle: { color: token("--ink"), fontSize: 12 } } },
    };
  }

  function target(data, axis, k) {
    if (!data.target) return undefined;
    // Above the plot for an upright line; at the right end of a level one, where the values do not reach.
    const near = axis === "xAxis" && data.high !== undefined && data.target.value > data.high - 0.25 * (data.high - (data.low || 0)) && !data.log;
    const place = axis === "xAxis" ? { position: "start", distance: 6, align: near ? "right" : "center", offset: near ? [8, 0] : [0, 0] } : { position: k.wide ? "end" : "insideEndTop", distance: 8 };
    return {
      silent: true, symbol: "none", lineStyle: { color: k.token("--ink"), type: [5, 4], width: 1.5 },
      label: Object.assign({ show: true, formatter: data.target.label, color: k.token("--ink"), fontSize: 13, fontWeight: 700, fontFamily: k.token("--font") }, place),
      data: [{ [axis]: data.target.value }],
    };
  }

  /* ranges: {rows: [{name, note, value, low, high, before, href}], form, low, high, log, unit, target: {value, label}}
     One row a thing: a dot with its interval, its value beside it; hollow: how it was before. `unit` is a word behind the axis's numbers, `unitOne` the one behind 1. */
  function ranges(data, k) {
    const rows = data.rows, us = k.token("--us"), paper = k.token("--paper");
    const known = (value) => value !== null && value !== undefined;
    const at = (value) => (data.log ? Math.max(value, data.low || 0.01) : value);
    const axis = data.log ? {} : ends(rows.flatMap((row) => [row.value, row.low, row.high, row.before]).concat(data.target ? [data.target.value] : []).filter(known), data, k.wide ? 4 : 3);
    const end = (row) => (known(row.high) ? at(row.high) : known(row.value) ? at(row.value) : null);
    return Object.assign({}, k.base, {
      grid: { left: 4, right: 60, top: data.target ? 28 : 8, bottom: 4, containLabel: true },
      xAxis: Object.assign({}, k.quiet, {
        type: data.log ? "log" : "value", min: data.log ? data.low : axis.low, max: data.log ? data.high : axis.high, interval: axis.step,
        axisLabel: Object.assign({}, k.text, { formatter: (value) => (data.log ? String(value) : shown(value, data.form).replace(/\.0+(%?)$/, "$1")) + (data.unit ? " " + (value === 1 && data.unitOne ? data.unitOne : data.unit) : ""), hideOverlap: true }),
      }),
      yAxis: Object.assign({}, k.quiet, {
        type: "category", inverse: true, data: rows.map((row) => row.name), splitLine: { show: false }, triggerEvent: false,
        axisLabel: Object.assign({}, k.text, { interval: 0, margin: 16, formatter: (name, i) => "{n|" + k.clipped(name, k.wide ? 16 : 9) + "}\n{c|" + k.clipped(rows[i].note || "", k.wide ? 20 : 10) + "}",
          rich: { n: Object.assign({}, k.strong, { lineHeight: 18, align: "right" }), c: Object.assign({}, k.text, { lineHeight: 16, align: "right" }) } }),
      }),
      series: [
        { type: "custom", silent: true, z: 2, data: rows.map((row, i) => [i, known(row.low) ? at(row.low) : NaN, known(row.high) ? at(row.high) : NaN]), encode: { x: [1, 2], y: 0 }, tooltip: { show: false },
          renderItem: (params, api) => {
            const from = api.coord([api.value(1), api.value(0)]), to = api.coord([api.value(2), api.value(0)]);
            if (!Number.isFinite(from[0]) || !Number.isFinite(to[0])) return null;
            return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: us, lineWidth: 3, lineCap: "round" } };
          } },
        { type: "scatter", silent: true, z: 3, symbolSize: 9, itemStyle: { color: paper, borderColor: k.token("--context"), borderWidth: 2, opacity: 1 },
          data: rows.map((row, i) => (known(row.before) ? [at(row.before), i] : [null, i])) },
        { type: "scatter", z: 4, symbolSize: 12, data: rows.map((row, i) => ({ value: [known(row.value) ? at(row.value) : null, i], href: row.href, cursor: row.href ? "pointer" : "default", itemStyle: { color: us, borderColor: paper, borderWidth: 2, opacity: 1 } })),
          tooltip: { formatter: (item) => { const row = rows[item.dataIndex]; return k.escape(row.name) + "<br>" + shown(row.value, data.form) + (known(row.low) ? "  [" + shown(row.low, data.form) + ", " + shown(row.high, data.form) + "]" : "") + (row.note ? "<br>" + k.escape(row.note) : ""); } },
          markLine: target(data, "xAxis", k) },
        // The value stands behind the end of its interval, and behind the target's line where that would run through it.
        { type: "custom", silent: true, z: 6, data: rows.map((row, i) => [i, end(row) === null ? NaN : end(row)]), encode: { x: 1, y: 0 }, tooltip: { show: false },
          renderItem: (params, api) => {
            const place = api.coord([api.value(1), api.value(0)]);
            if (!Number.isFinite(place[0])) return null;
            const words = shown(rows[api.value(0)].value, data.form), line = data.target ? api.coord([data.target.value, api.value(0)])[0] : NaN;
            // Nor does it hide how it was before: it stands behind that, too, where that comes next.
            const before = rows[api.value(0)].before, was = known(before) ? api.coord([at(before), api.value(0)])[0] : NaN;
            const first = place[0] + 10, left = was > place[0] - 6 && was < first + 8 * words.length + 8 ? was + 10 : first, crossed = line > left - 4 && line < left + 8 * words.length + 4;
            return { type: "text", x: crossed ? line + 6 : left, y: place[1], style: { text: words, fill: k.strong.color, font: k.strong.fontWeight + " " + k.strong.fontSize + "px " + k.strong.fontFamily, align: "left", verticalAlign: "middle" } };
          } },
      ],
    });
  }

  /* trend: {points: [label…], axis: [shorter label…], series: [{name, values, low, high, hrefs, context, dashed, signals}], form, low, high, target: {value, label},
     marks: [{at: label, label}], partial: place of a point that is not over, partialLabel, told: [places whose value is written]}
     Lines over time; low and high draw a band; `context` greys a line; a mark is a moment, such as the start of a change. */
  function trend(data, k) {
    const series = [], paper = k.token("--paper");
    const known = (value) => value !== null && value !== undefined;
    const open = known(data.partial) && data.partial > 0 ? data.partial : -1;
    data.series.forEach((one, place) => {
      const colour = one.context ? k.token("--context") : k.token("--us");
      if (one.low && one.low.length) {
        const band = { type: "line", stack: "band" + place, stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false }, z: 1 };
        const low = one.low.map((value, i) => (i === open ? null : value));
        series.push(Object.assign({ data: low }, band));
        series.push(Object.assign({ data: one.high.map((high, i) => (!known(high) || !known(low[i]) ? null : high - low[i])), areaStyle: { color: colour, opacity: 0.12 } }, band));
      }
      const told = new Set(place === 0 ? data.told || [] : []);
      // A value is written on the side the line does not go to.
      const side = (i) => { const next = known(one.values[i + 1]) && i + 1 !== open ? one.values[i + 1] : one.values[i - 1]; return known(next) && next < one.values[i] ? "top" : "bottom"; };
      series.push({
        type: "line", name: one.name, z: 3, connectNulls: false, symbol: "circle", symbolSize: data.points.length > 60 ? 4 : one.context ? 5 : 7, showAllSymbol: true,
        lineStyle: { color: colour, width: one.context ? 1.5 : 3, type: one.dashed ? "dashed" : "solid" }, itemStyle: { color: colour },
        data: one.values.map((value, i) => ({ value: i === open ? null : value, href: one.hrefs ? one.hrefs[i] : undefined, label: { show: told.has(i) && known(value), position: side(i), align: i === 0 ? "left" : "center" },
          itemStyle: one.signals && one.signals[i] ? { color: k.token("--broken") } : undefined, symbolSize: one.signals && one.signals[i] ? 12 : undefined, symbol: one.signals && one.signals[i] ? "diamond" : undefined })),
        label: Object.assign({ position: "bottom", distance: 8, formatter: (item) => shown(item.value, data.form) }, k.strong),
        tooltip: { formatter: (item) => toldOf(data, one, item.dataIndex, k) },
        markLine: place === data.series.length - 1 ? target(data, "yAxis", k) : undefined,
      });
      if (open >= 0 && known(one.values[open])) {
        // A month that is not over: hollow, on a dotted line, with its own interval.
        series.push({ type: "line", name: one.name, z: 2, symbol: "none", silent: true, tooltip: { show: false }, lineStyle: { color: colour, width: 2, type: [3, 4] },
          data: one.values.map((value, i) => (i === open || i === open - 1 ? value : null)) });
        if (one.low && known(one.low[open])) {
          series.push({ type: "custom", silent: true, z: 3, tooltip: { show: false }, data: [[open, one.low[open], one.high[open]]], encode: { x: 0, y: [1, 2] },
            renderItem: (params, api) => {
              const from = api.coord([api.value(0), api.value(1)]), to = api.coord([api.value(0), api.value(2)]);
              return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: colour, lineWidth: 3, lineCap: "round" } };
            } });
        }
        series.push({ type: "scatter", z: 4, symbolSize: one.context ? 7 : 10, itemStyle: { color: paper, borderColor: colour, borderWidth: one.context ? 2 : 2.5, opacity: 1 },
          data: [{ value: [open, one.values[open]], href: one.hrefs ? one.hrefs[open] : undefined, cursor: one.hrefs ? "pointer" : "default" }],
          tooltip: { formatter: () => toldOf(data, one, open, k) },
          label: Object.assign({ show: place === 0 && k.wide, position: "right", distance: 8, offset: data.target ? [0, 12] : [0, 0], formatter: shown(one.values[open], data.form) + (data.partialLabel ? " " + data.partialLabel : "") }, k.text) });
      }
    });
    if (data.marks && data.marks.length) {
      const holds = series.findIndex((one) => one.type === "line" && one.z === 3);
      series[holds].markLine = { silent: true, symbol: "none", lineStyle: { color: k.token("--ink"), type: "dotted" }, label: { color: k.token("--ink"), fontSize: 12, formatter: (item) => item.name },
        data: [...data.marks.map((mark) => ({ name: mark.label, xAxis: mark.at })), ...(data.target ? [{ name: data.target.label, yAxis: data.target.value, lineStyle: { type: "dashed" } }] : [])] };
      series.forEach((one, i) => { if (i !== holds) delete one.markLine; });
    }
    const named = data.series.filter((one) => one.name);
    const room = k.wide && (data.target || open >= 0) ? 14 + 7 * Math.max(data.target ? wideOf(data.target.label) : 0, open >= 0 ? wideOf(data.partialLabel || "") + 6 : 0) : 28;
    // The target always stands on the plot, with room above it.
    const all = data.series.flatMap((one) => [...one.values, ...(one.low || []), ...(one.high || [])]).filter(known).concat(data.target ? [data.target.value] : []);
    const axis = ends(all, data, 4);
    return Object.assign({}, k.base, {
      legend: named.length > 1 ? { top: 0, left: 0, type: "scroll", data: named.map((one) => one.name), textStyle: k.text, icon: "circle", itemWidth: 8, itemHeight: 8 } : undefined,
      grid: { left: 4, right: room, top: named.length > 1 ? 36 : 20, bottom: 4, containLabel: true },
      xAxis: { type: "category", boundaryGap: false, data: data.points, axisLine: { lineStyle: { color: k.token("--context") } }, axisTick: { show: false }, axisLabel: Object.assign({}, k.text, { hideOverlap: true, margin: 10, lineHeight: 16, formatter: (words, i) => (data.axis ? data.axis[i] : words) }) },
      yAxis: Object.assign({}, k.quiet, { type: "value", scale: true, min: axis.low, max: axis.high, interval: axis.step,
        axisLabel: Object.assign({}, k.text, { formatter: (value) => shown(value, data.form).replace(/\.0+(%?)$/, "$1") }) }),
      series: series,
    });
  }

  /* Where an axis begins and ends, at whole steps, so that its first and last number stand as far apart as the others. */
  function ends(all, data, parts) {
    if (!all.length) return { low: 0, high: 1, step: 0.25 };
    const least = data.low === undefined ? Math.min(...all) : data.low, most = data.high === undefined ? Math.max(...all) : data.high;
    const spread = most - least || Math.abs(most) || 1, rough = spread / parts, power = Math.pow(10, Math.floor(Math.log10(rough)));
    const nice = [1, 2, 2.5, 4, 5, 10].find((one) => one * power >= rough) * power;
    const step = data.form === "count" ? Math.max(1, Math.ceil(nice)) : nice; // nobody counts a half
    const whole = (value) => Number((Math.round(value) * step).toPrecision(12));
    let low = data.low === undefined ? whole(Math.floor(least / step)) : data.low;
    const high = data.high === undefined ? whole(Math.ceil(most / step)) : data.high;
    if (data.low === undefined && least - low < 0.1 * step && (low > 0 || least < 0)) low = Number((low - step).toPrecision(12));
    return { low: low, high: data.form === "share" && most <= 1 ? Math.min(high, 1) : high, step: step };
  }

  function toldOf(data, one, place, k) {
    const low = one.low && one.low.length ? one.low[place] : undefined;
    return k.escape(data.points[place]) + "<br>" + (one.name ? k.escape(one.name) + ": " : "") + shown(one.values[place], data.form) +
      (low === null || low === undefined ? "" : "  [" + shown(low, data.form) + ", " + shown(one.high[place], data.form) + "]");
  }

  /* How wide words are, in halves of a Chinese character. */
  function wideOf(words) {
    return [...String(words)].reduce((sum, one) => sum + (one.charCodeAt(0) > 255 ? 2 : 1), 0);
  }

  const DRAW = { ranges: ranges, trend: trend };

  function begin(figure) {
    const canvas = figure.querySelector(".chart");
    const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const draw = DRAW[figure.dataset.chart];
    if (!window.echarts || !draw) { canvas.hidden = true; return; }
    if (data.rows) canvas.style.height = Math.min(Math.max(64 + data.rows.length * 46, data.rows.length > 3 ? 304 : 0), 1600) + "px";
    const chart = echarts.init(canvas, null, { renderer: "svg" });
    let wide = null;
    const again = () => {
      const now = canvas.clientWidth >= 520;
      if (now !== wide) { wide = now; chart.setOption(draw(data, kit(wide), chart), true); }
      chart.resize();
    };
    chart.on("click", (item) => { if (item.data && item.data.href) window.location.assign(item.data.href); });
    new ResizeObserver(again).observe(canvas);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { wide = null; again(); });
    const page = (on) => {
      // The paper's width before the browser lays the page out for it: a chart drawn for the screen would run over its neighbour.
      document.documentElement.classList.toggle("printing", on);
      wide = null;
      again();
      chart.getZr().flush(); // the next frame would be too late
    };
    window.addEventListener("beforeprint", () => page(true));
    window.addEventListener("afterprint", () => page(false));
    again();
    figure.dataset.drawn = "yes";
  }

  window.anxinCharts = { add: (kind, draw) => { DRAW[kind] = draw; }, token: token, shown: shown };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("figure[data-chart]").forEach(begin));
  // A page whose answer is still being made looks again by itself.
  const coming = document.querySelector("[data-look-again]");
  if (coming) {
    const timer = window.setTimeout(() => window.location.reload(), 1000 * Number(coming.dataset.lookAgain || 2));
    // Not over the head of somebody who has opened another page, or begun to type.
    ["beforeunload", "input"].forEach((sign) => window.addEventListener(sign, () => window.clearTimeout(timer)));
  }
})();
