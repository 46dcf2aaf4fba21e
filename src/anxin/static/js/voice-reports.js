/* Draws the charts of a report: each <figure class="vr-chart"> holds its data as JSON; the table beside it says the same.
   Colours are the tokens', so light and dark schemes both fit; every chart follows its frame's width. */
(function () {
  "use strict";

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function words(value, form) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (form === "share") return (100 * value).toFixed(1) + "%";
    if (form === "count") return Math.round(value).toLocaleString("en");
    if (form === "points") return value.toFixed(1);
    if (form === "r") return value.toFixed(3);
    return value.toFixed(2);
  }

  function clipped(text, most) {
    return text.length > most ? text.slice(0, most - 1) + "…" : text;
  }

  function base(chart, wide) {
    const ink = token("--ink"), soft = token("--ink-3"), line = token("--line");
    const label = { color: soft, fontSize: 12, fontFamily: token("--font") };
    return {
      animation: false,
      textStyle: { fontFamily: token("--font"), color: ink },
      tooltip: { trigger: "item", confine: true, backgroundColor: token("--surface"), borderColor: line, textStyle: { color: ink, fontSize: 12 } },
      legend: chart.series.length > 1 && chart.kind !== "heat" && chart.kind !== "map" ? { top: 0, left: 0, type: "scroll", textStyle: label, itemWidth: 14, itemHeight: 10 } : undefined,
      grid: { left: 8, right: wide ? 56 : 44, top: chart.series.length > 1 && chart.kind !== "map" ? 32 : 8, bottom: 8, containLabel: true },
      label: label,
    };
  }

  function rows(chart, wide) {
    const option = base(chart, wide);
    const most = wide ? 30 : 9;
    option.yAxis = {
      type: "category", inverse: true, data: chart.categories, axisTick: { show: false }, axisLine: { show: false },
      axisLabel: Object.assign({ formatter: (text) => clipped(text, most) }, option.label),
    };
    option.xAxis = {
      type: "value", min: chart.low, max: chart.high, splitNumber: wide ? 5 : 3, splitLine: { lineStyle: { color: token("--line") } },
      axisLabel: Object.assign({ formatter: (value) => words(value, chart.form === "share" ? "share" : "mean").replace(/\.0%|\.00$/, (end) => end.endsWith("%") ? "%" : "") }, option.label),
    };
    return option;
  }

  function whiskers(series, colour, form) {
    return {
      type: "custom", silent: true, z: 5, tooltip: { show: false },
      data: series.values.map((value, place) => [series.low[place], series.high[place], place]),
      renderItem: function (params, api) {
        const from = api.coord([api.value(0), api.value(2)]), to = api.coord([api.value(1), api.value(2)]);
        if (!Number.isFinite(from[0]) || !Number.isFinite(to[0])) return null;
        const style = { stroke: colour, lineWidth: 1.5 };
        const stroke = (x1, y1, x2, y2) => ({ type: "line", shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: style });
        return { type: "group", children: [
          stroke(from[0], from[1], to[0], to[1]), stroke(from[0], from[1] - 4, from[0], from[1] + 4), stroke(to[0], to[1] - 4, to[0], to[1] + 4),
        ] };
      },
      encode: { x: [0, 1], y: 2 },
    };
  }

  function told(series, place, form) {
    let text = words(series.values[place], form);
    if (series.low.length && series.low[place] !== null) text += "  [" + words(series.low[place], form) + ", " + words(series.high[place], form) + "]";
    return text;
  }

  function coloured(chart) {
    if (chart.series.length === 2) return [token("--context"), token("--us")];
    return [token("--us"), token("--context")];
  }

  function barsOrPoints(chart, wide) {
    const option = rows(chart, wide), colours = coloured(chart);
    option.series = [];
    chart.series.forEach((series, at) => {
      const one = {
        name: series.name, data: series.values,
        tooltip: { formatter: (item) => echarts.format.encodeHTML(chart.categories[item.dataIndex]) + "<br>" + echarts.format.encodeHTML(series.name) + ": " + told(series, item.dataIndex, chart.form) },
      };
      if (chart.kind === "bars") {
        Object.assign(one, { type: "bar", barMaxWidth: 16, itemStyle: { color: token("--heat-3") }, label: { show: !series.low.length, position: "right", color: token("--ink-3"), formatter: (item) => words(item.value, chart.form) } });
      } else {
        Object.assign(one, { type: "scatter", symbolSize: 10, data: series.values.map((value, place) => [value, place]), itemStyle: { color: colours[at % colours.length] } });
      }
      option.series.push(one);
      if (series.low.length) option.series.push(whiskers(series, token("--ink"), chart.form));
    });
    return option;
  }

  function ramp(count) {
    const known = [1, 2, 3, 4, 5].map((n) => token("--heat-" + n));
    if (count === 1) return [known[4]];
    return Array.from({ length: count }, (_, n) => known[Math.round((n * 4) / (count - 1))]);
  }

  function stack(chart, wide) {
    const option = rows(chart, wide), colours = ramp(chart.series.length);
    option.grid.right = 12;
    option.series = chart.series.map((series, at) => ({
      name: series.name, type: "bar", stack: "all", barMaxWidth: 18, data: series.values,
      itemStyle: { color: colours[at] },
      tooltip: { formatter: (item) => echarts.format.encodeHTML(chart.categories[item.dataIndex]) + "<br>" + echarts.format.encodeHTML(series.name) + ": " + words(item.value, "share") },
      label: { show: wide, fontSize: 11, color: at >= chart.series.length / 2 ? token("--on-pine") : "#17302f", formatter: (item) => item.value >= 0.06 ? (100 * item.value).toFixed(0) : "" },
    }));
    return option;
  }

  function heat(chart, wide) {
    const option = base(chart, wide);
    const data = [];
    let low = Infinity, high = -Infinity;
    chart.series.forEach((series, y) => series.values.forEach((value, x) => {
      if (value === null) return;
      data.push([x, y, value]);
      if (chart.form !== "r" || x !== y) { low = Math.min(low, Math.abs(value)); high = Math.max(high, Math.abs(value)); }
    }));
    const most = wide ? 20 : 6;
    const label = Object.assign({ formatter: (text) => clipped(text, most) }, option.label);
    option.grid = { left: 8, right: 8, top: 8, bottom: 8, containLabel: true };
    option.xAxis = { type: "category", position: "top", data: chart.categories, axisLine: { show: false }, axisTick: { show: false }, axisLabel: Object.assign({ interval: 0, rotate: wide ? 0 : 40 }, label) };
    option.yAxis = { type: "category", inverse: true, data: chart.series.map((series) => series.name), axisLine: { show: false }, axisTick: { show: false }, axisLabel: label };
    option.visualMap = { show: false, min: chart.form === "r" ? 0 : low, max: high, inRange: { color: ramp(5) } };
    const middle = (low + high) / 2;
    option.series = [{
      type: "heatmap", itemStyle: { borderColor: token("--surface"), borderWidth: 2 },
      data: data.map((cell) => ({ value: cell, label: { color: Math.abs(cell[2]) > middle ? token("--on-pine") : "#17302f" } })),
      label: { show: wide || chart.categories.length < 6, fontSize: 11, formatter: (item) => words(item.value[2], "mean") },
      tooltip: { formatter: (item) => echarts.format.encodeHTML(chart.series[item.value[1]].name + " – " + chart.categories[item.value[0]]) + ": " + words(item.value[2], chart.form) },
    }];
    return option;
  }

  function map(chart, wide) {
    const option = base(chart, wide);
    const across = chart.series[0].values, up = chart.series[1].values;
    const axis = (name, lines) => ({ type: "value", scale: true, name: name, nameLocation: "middle", nameGap: 28, nameTextStyle: option.label, axisLabel: option.label, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: token("--line") } } });
    option.grid = { left: 36, right: 24, top: 16, bottom: 36, containLabel: true };
    option.xAxis = axis(chart.across);
    option.yAxis = axis(chart.up);
    option.series = [{
      type: "scatter", symbolSize: 12, data: across.map((x, place) => [x, up[place]]), itemStyle: { color: token("--us") },
      label: { show: true, position: "right", color: token("--ink"), fontSize: 11, formatter: (item) => wide ? clipped(chart.categories[item.dataIndex], 16) : String(item.dataIndex + 1) },
      labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
      tooltip: { formatter: (item) => echarts.format.encodeHTML((item.dataIndex + 1) + ". " + chart.categories[item.dataIndex]) + "<br>" + echarts.format.encodeHTML(chart.across) + ": " + words(item.value[0], "r") + "<br>" + echarts.format.encodeHTML(chart.up) + ": " + words(item.value[1], "mean") },
      markLine: chart.lines ? { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: token("--context"), type: "solid" }, data: [{ xAxis: chart.lines[0] }, { yAxis: chart.lines[1] }] } : undefined,
    }];
    return option;
  }

  const DRAW = { bars: barsOrPoints, points: barsOrPoints, stack: stack, heat: heat, map: map };

  function begin(figure) {
    const canvas = figure.querySelector(".vr-canvas");
    const chart = JSON.parse(figure.querySelector("script").textContent);
    if (!window.echarts || !DRAW[chart.kind]) { canvas.hidden = true; return; }
    const many = chart.kind === "heat" ? chart.series.length : chart.categories.length;
    canvas.style.height = (chart.kind === "map" ? 420 : Math.min(56 + many * (chart.kind === "heat" ? 34 : 26) + (chart.series.length > 1 ? 28 : 0), 1600)) + "px";
    const drawn = echarts.init(canvas, null, { renderer: "svg" });
    let wide = null;
    const draw = () => {
      const now = canvas.clientWidth >= 560;
      if (now !== wide) { wide = now; drawn.setOption(DRAW[chart.kind](chart, wide), true); }
      drawn.resize();
    };
    new ResizeObserver(draw).observe(canvas);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { wide = null; draw(); });
    window.addEventListener("beforeprint", () => drawn.resize());
    draw();
  }

  // A chart is drawn when it comes near: a long report opens at once.
  const watch = new IntersectionObserver((seen) => seen.forEach((one) => {
    if (one.isIntersecting) { watch.unobserve(one.target); begin(one.target); }
  }), { rootMargin: "600px" });
  document.querySelectorAll(".vr-chart").forEach((figure) => watch.observe(figure));
})();
