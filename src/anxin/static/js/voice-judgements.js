// Live consistency ratio: after each mark the server is asked where the judgements stand. Without this script it is told on sending.
(() => {
  "use strict";
  const form = document.querySelector("form.judge");
  if (!form) return;
  const box = form.querySelector(".standing");
  const told = (name) => box.querySelector(`[data-told="${name}"]`);
  let asked = 0, waiting = 0;
  const show = (answer) => {
    box.dataset.tone = answer.tone;
    for (const name of ["judged", "ratio", "hint", "worst"]) told(name).textContent = answer[name];
    const rows = told("weights");
    rows.replaceChildren(...answer.weights.map(([name, weight]) => {
      const row = document.createElement("tr"), head = document.createElement("th"), cell = document.createElement("td");
      head.scope = "row"; head.textContent = name; cell.textContent = weight;
      row.append(head, cell);
      return row;
    }));
    rows.closest("table").hidden = !answer.weights.length;
    for (const pair of form.querySelectorAll(".versus")) pair.toggleAttribute("data-worst", pair.dataset.pair === answer.at);
  };
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.ratio, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (answer.ok && mine === asked) show(await answer.json());
    } catch { /* offline: the page tells on sending */ }
  };
  form.addEventListener("change", (event) => {
    if (event.target.type !== "radio") return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
})();
