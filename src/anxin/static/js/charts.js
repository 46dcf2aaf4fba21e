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
      clipped: (words, most) => (words.length > most ? words.slice(0, most - 1) + "…" : words),
      base: { animation: false, textStyle: text, tooltip: { trigger: "item", confine: true, backgroundColor: token("--surface"), borderColor: token("--line"), textStyle: { color: token("--ink"), fontSize: 12 } } },
    };
  }

  function target(data, axis, k) {
    if (!data.target) return undefined;
    return {
      silent: true, symbol: "none", lineStyle: { color: k.token("--ink"), type: "dashed", width: 1.5 },
      label: { show: true, position: axis === "xAxis" ? "end" : "insideEndTop", formatter: data.target.label, color: k.token("--ink"), fontSize: 12, fontWeight: 700 },
      data: [{ [axis]: data.target.value }],
    };
  }

  /* ranges: {rows: [{name, note, value, low, high, before, href}], form, low, high, log, target: {value, label}}
     One row a thing: a dot with its interval; hollow: how it was before. */
  function ranges(data, k) {
    const rows = data.rows, us = k.token("--us"), paper = k.token("--paper");
    const at = (value) => (data.log ? Math.max(value, data.low || 0.01) : value);
    return Object.assign({}, k.base, {
      grid: { left: 8, right: 64, top: data.target ? 28 : 8, bottom: 8, containLabel: true },
      xAxis: Object.assign({}, k.quiet, {
        type: data.log ? "log" : "value", min: data.low === undefined ? null : data.low, max: data.high === undefined ? null : data.high, scale: true, splitNumber: k.wide ? 5 : 3,
        axisLabel: Object.assign({ formatter: (value) => shown(value, data.form).replace(/\.0+(%?)$/, "$1") }, k.text),
      }),
      yAxis: Object.assign({}, k.quiet, {
        type: "category", inverse: true, data: rows.map((row) => row.name), splitLine: { show: false }, triggerEvent: false,
        axisLabel: Object.assign({ margin: 12, formatter: (name, i) => "{n|" + k.clipped(name, k.wide ? 16 : 9) + "}\n{c|" + (rows[i].note || "") + "}",
          rich: { n: Object.assign({ lineHeight: 18, align: "right" }, k.strong), c: Object.assign({ lineHeight: 16, align: "right" }, k.text) } }, k.text),
      }),
      series: [
        { type: "custom", silent: true, z: 2, data: rows.map((row, i) => [i, at(row.low), at(row.high)]), encode: { x: [1, 2], y: 0 }, tooltip: { show: false },
          renderItem: (params, api) => {
            const from = api.coord([api.value(1), api.value(0)]), to = api.coord([api.value(2), api.value(0)]);
            if (!Number.isFinite(from[0]) || !Number.isFinite(to[0])) return null;
            return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: us, lineWidth: 3, lineCap: "round" } };
          } },
        { type: "scatter", silent: true, z: 3, symbolSize: 9, itemStyle: { color: paper, borderColor: k.token("--context"), borderWidth: 2 },
          data: rows.map((row, i) => (row.before === null || row.before === undefined ? [null, i] : [at(row.before), i])) },
        { type: "scatter", z: 4, symbolSize: 12, data: rows.map((row, i) => ({ value: [row.value === null ? null : at(row.value), i], href: row.href, cursor: row.href ? "pointer" : "default", itemStyle: { color: us, borderColor: paper, borderWidth: 2 } })),
          label: { show: true, position: "right", distance: 10, formatter: (item) => shown(rows[item.dataIndex].value, data.form), color: k.token("--ink"), fontSize: 13, fontWeight: 700 }, labelLayout: { hideOverlap: false },
          tooltip: { formatter: (item) => { const row = rows[item.dataIndex]; return k.escape(row.name) + "<br>" + shown(row.value, data.form) + "  [" + shown(row.low, data.form) + ", " + shown(row.high, data.form) + "]" + (row.note ? "<br>" + k.escape(row.note) : ""); } },
          markLine: target(data, "xAxis", k) },
      ],
    });
  }

  /* trend: {points: [label…], series: [{name, values, low, high, hrefs, context, dashed}], form, low, high, target, marks: [{at: label, label}]}
     Lines over time; low and high draw a band; `context` greys a line; a mark is a moment, such as the start of a change. */
  function trend(data, k) {
    const series = [];
    data.series.forEach((one, place) => {
      const colour = one.context ? k.token("--context") : k.token("--us");
      if (one.low && one.low.length) {
        const band = { type: "line", stack: "band" + place, symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false }, z: 1 };
        series.push(Object.assign({ data: one.low }, band));
        series.push(Object.assign({ data: one.high.map((high, i) => (high === null || one.low[i] === null ? null : high - one.low[i])), areaStyle: { color: colour, opacity: 0.14 } }, band));
      }
      series.push({
        type: "line", name: one.name, z: 3, connectNulls: false, symbol: "circle", symbolSize: data.points.length > 60 ? 4 : 7, showAllSymbol: true,
        lineStyle: { color: colour, width: one.context ? 1.5 : 2.5, type: one.dashed ? "dashed" : "solid" }, itemStyle: { color: colour },
        data: one.values.map((value, i) => ({ value: value, href: one.hrefs ? one.hrefs[i] : undefined, itemStyle: one.signals && one.signals[i] ? { color: k.token("--broken") } : undefined, symbolSize: one.signals && one.signals[i] ? 12 : undefined, symbol: one.signals && one.signals[i] ? "diamond" : undefined })),
        tooltip: { formatter: (item) => k.escape(data.points[item.dataIndex]) + "<br>" + (one.name ? k.escape(one.name) + ": " : "") + shown(one.values[item.dataIndex], data.form) + (one.low && one.low.length ? "  [" + shown(one.low[item.dataIndex], data.form) + ", " + shown(one.high[item.dataIndex], data.form) + "]" : "") },
        markLine: place === data.series.length - 1 ? target(data, "yAxis", k) : undefined,
      });
    });
    if (data.marks && data.marks.length) {
      series[series.length - 1].markLine = { silent: true, symbol: "none", lineStyle: { color: k.token("--ink"), type: "dotted" }, label: { color: k.token("--ink"), fontSize: 12, formatter: (item) => item.name },
        data: [...data.marks.map((mark) => ({ name: mark.label, xAxis: mark.at })), ...(data.target ? [{ name: data.target.label, yAxis: data.target.value, lineStyle: { type: "dashed" } }] : [])] };
    }
    const named = data.series.filter((one) => one.name);
    return Object.assign({}, k.base, {
      legend: named.length > 1 ? { top: 0, left: 0, type: "scroll", data: named.map((one) => one.name), textStyle: k.text } : undefined,
      grid: { left: 8, right: 24, top: named.length > 1 ? 36 : 20, bottom: 8, containLabel: true },
      xAxis: { type: "category", boundaryGap: false, data: data.points, axisLine: { lineStyle: { color: k.token("--context") } }, axisTick: { show: false }, axisLabel: Object.assign({ hideOverlap: true, margin: 10 }, k.text) },
      yAxis: Object.assign({}, k.quiet, { type: "value", scale: true, min: data.low === undefined ? null : data.low, max: data.high === undefined ? null : data.high,
        axisLabel: Object.assign({ formatter: (value) => shown(value, data.form).replace(/\.0+(%?)$/, "$1") }, k.text) }),
      series: series,
    });
  }

  const DRAW = { ranges: ranges, trend: trend };

  function begin(figure) {
    const canvas = figure.querySelector(".chart");
    const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const draw = DRAW[figure.dataset.chart];
    if (!window.echarts || !draw) { canvas.hidden = true; return; }
    if (data.rows) canvas.style.height = Math.min(64 + data.rows.length * 46, 1600) + "px";
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
    window.addEventListener("beforeprint", () => chart.resize());
    again();
    figure.dataset.drawn = "yes";
  }

  window.anxinCharts = { add: (kind, draw) => { DRAW[kind] = draw; }, token: token, shown: shown };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("figure[data-chart]").forEach(begin));
  // A page whose answer is still being made looks again by itself.
  const coming = document.querySelector("[data-look-again]");
  if (coming) window.setTimeout(() => window.location.reload(), 1000 * Number(coming.dataset.lookAgain || 2));
})();
