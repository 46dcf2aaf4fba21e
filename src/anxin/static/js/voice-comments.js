/* Comments: charts from the JSON beside them, the model's progress asked for again, keys of one comment's page. */
(function () {
  "use strict";

  // -- how far the model is: asked for again while it learns -----------------------------------------------------------
  function follow() {
    var place = document.querySelector("[data-learning][data-open]");
    if (!place) return;
    window.setTimeout(function () {
      fetch(place.dataset.learning, { credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)));
      }).then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-learning]");
        if (fresh) place.replaceWith(document.importNode(fresh, true));
        follow();
      }).catch(function () { window.setTimeout(follow, 5000); });
    }, 1500);
  }
  follow();

  // -- keys ------------------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    var target = event.target;
    if (/^(TEXTAREA|SELECT)$/.test(target.tagName)) return;
    if (target.tagName === "INPUT" && !/^(checkbox|radio)$/.test(target.type)) return;
    if (event.key === "n" || event.key === "p") {
      var link = document.querySelector('a[rel="' + (event.key === "n" ? "next" : "prev") + '"]');
      if (link) link.click();
    } else {
      var button = document.querySelector('button[data-key="' + event.key + '"]');
      if (button) button.click();
    }
  });

  // -- charts ----------------------------------------------------------------------------------------------------------
  if (!window.echarts) return;

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function percent(value) { return Math.round(value * 100) + "%"; }

  function words() {
    return { color: colour("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  }

  function shares(data) {
    var rows = data.rows.slice().reverse();
    return {
      grid: { left: 8, right: 56, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", min: 0, axisLabel: Object.assign(words(), { formatter: percent }), splitLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "category", data: rows.map(function (row) { return row.name; }), axisLabel: words(), axisTick: { show: false }, axisLine: { lineStyle: { color: colour("--line") } } },
      series: [
        { type: "bar", name: data.label, barMaxWidth: 16, itemStyle: { color: colour("--heat-3") }, data: rows.map(function (row) { return row.value; }) },
        {
          type: "custom", silent: true, z: 3, encode: { x: [1, 2], y: 0 },
          data: rows.map(function (row, place) { return [place, row.low, row.high, row.value]; }),
          renderItem: function (_all, api) {
            var low = api.coord([api.value(1), api.value(0)]), high = api.coord([api.value(2), api.value(0)]);
            var style = { stroke: colour("--us"), lineWidth: 1.5, fill: null };
            return {
              type: "group",
              children: [
                { type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style: style },
                { type: "line", shape: { x1: low[0], y1: low[1] - 4, x2: low[0], y2: low[1] + 4 }, style: style },
                { type: "line", shape: { x1: high[0], y1: high[1] - 4, x2: high[0], y2: high[1] + 4 }, style: style },
                { type: "text", style: { text: percent(api.value(3)), x: high[0] + 6, y: high[1], textVerticalAlign: "middle", fill: colour("--ink-2"), font: "13px sans-serif" } }
              ]
            };
          }
        }
      ]
    };
  }

  function months(data) {
    function line(name, key, ink, more) {
      return Object.assign({ type: "line", name: name, symbol: "circle", symbolSize: 6, lineStyle: { color: ink, width: 2 }, itemStyle: { color: ink }, data: data.rows.map(function (row) { return row[key]; }) }, more || {});
    }
    return {
      grid: { left: 8, right: 16, top: 36, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, textStyle: words(), data: [data.negative, data.positive, data.band] },
      xAxis: { type: "category", data: data.rows.map(function (row) { return row.month; }), axisLabel: words(), axisLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "value", min: 0, max: 1, axisLabel: Object.assign(words(), { formatter: percent }), splitLine: { lineStyle: { color: colour("--line") } } },
      series: [
        line("low", "low", "transparent", { stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 } }),
        { type: "line", name: data.band, stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, itemStyle: { color: colour("--us") }, areaStyle: { color: colour("--us"), opacity: 0.14 }, data: data.rows.map(function (row) { return row.high - row.low; }) },
        line(data.negative, "negative", colour("--us")),
        line(data.positive, "positive", colour("--context"))
      ]
    };
  }

  var drawn = [];
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    var data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    if (!data.rows.length) { place.hidden = true; return; }
    if (data.kind === "shares") place.classList.add("chart--rows-" + Math.min(20, data.rows.length));
    var chart = window.echarts.init(place, null, { renderer: "canvas" });
    var option = data.kind === "shares" ? shares(data) : months(data);
    option.animation = false;
    chart.setOption(option);
    drawn.push(chart);
  });
  window.addEventListener("resize", function () { drawn.forEach(function (chart) { chart.resize(); }); });
})();
