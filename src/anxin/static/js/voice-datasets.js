// The columns of an imported table: boxes that a role has no use for are put away. Without this script all stay.
(() => {
  "use strict";
  const table = document.querySelector("table.mapping");
  if (!table) return;
  const scales = new Set(["perception", "expectation", "importance", "outcome", "nps"]);
  const kinds = new Set(["profile", "segment"]);
  const show = (select) => {
    const row = select.closest("tr");
    row.dataset.role = select.value;
    row.toggleAttribute("data-scale", scales.has(select.value));
    row.toggleAttribute("data-kind", kinds.has(select.value));
    const low = row.querySelector("input[name$='-low']"), high = row.querySelector("input[name$='-high']");
    if (select.value === "nps" && !low.value && !high.value) { low.value = "0"; high.value = "10"; }
  };
  table.classList.add("is-live");
  for (const select of table.querySelectorAll("select[name$='-role']")) show(select);
  table.addEventListener("change", (event) => {
    if (event.target.matches("select[name$='-role']")) show(event.target);
  });
})();
