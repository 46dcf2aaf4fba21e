/* Keys of the desk, places kept on save, rows chosen. Every act here is also a link or a button on the page. */
(function () {
  "use strict";

  // -- no jump on save: a form that posts and comes back to the same page finds it where it was ------------------------
  var PLACE = "anxin:place";
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    // A download leaves the page where it is: the form stays ready.
    if (event.submitter && event.submitter.hasAttribute("data-stay")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    try {
      sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, y: window.scrollY, at: Date.now() }));
    } catch (error) { /* no storage: the page begins at its top */ }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  try {
    var place = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    if (place && place.path === location.pathname && Date.now() - place.at < 30000 && !location.hash) {
      window.scrollTo({ top: place.y, behavior: "instant" });
    }
  } catch (error) { /* as above */ }

  // -- rows: any <tr> of .roster that has a link; the cursor is a class the server may set too -------------------------
  var rows = Array.prototype.slice.call(document.querySelectorAll(".roster tbody tr")).filter(function (row) {
    return row.querySelector("a[href]") && !row.classList.contains("roster__group");
  });

  function current() { return rows.findIndex(function (row) { return row.classList.contains("is-cursor"); }); }

  function move(step) {
    if (!rows.length) return;
    var at = current();
    var next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    if (at >= 0) rows[at].classList.remove("is-cursor");
    rows[next].classList.add("is-cursor");
    rows[next].scrollIntoView({ block: "nearest" });
    // Read out by screen readers too: the focus goes with the cursor.
    rows[next].querySelector("a[href]").focus({ preventScroll: true });
  }

  function boxOf(row) { return row && row.querySelector("input[type=checkbox]"); }

  // -- how many are selected -------------------------------------------------------------------------------------------
  var all = document.querySelector(".roster thead input[type=checkbox]");
  function count() {
    var boxes = rows.map(boxOf).filter(Boolean);
    var chosen = boxes.filter(function (box) { return box.checked; }).length;
    document.querySelectorAll("[data-selected]").forEach(function (place) { place.textContent = chosen; });
    document.querySelectorAll("[data-needs-selection]").forEach(function (button) { button.disabled = chosen === 0; });
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  }
  if (all) all.addEventListener("change", function () {
    rows.forEach(function (row) { var box = boxOf(row); if (box) box.checked = all.checked; });
    count();
  });
  document.addEventListener("change", function (event) { if (event.target.closest(".roster tbody")) count(); });
  count();

  // -- keys ------------------------------------------------------------------------------------------------------------
  var help = document.getElementById("keys");
  function typing(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox" && target.type !== "radio" || target.isContentEditable; }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      document.querySelectorAll(".bar__me[open]").forEach(function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
      if (typing(event.target)) event.target.blur();
      return;
    }
    if (typing(event.target) || help && help.open) return;
    if (event.key === "/") {
      var search = document.getElementById("q");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x") {
      var box = boxOf(rows[current()]);
      if (box) { box.checked = !box.checked; count(); }
    } else if (event.key === "Enter") {
      // A focused link or button already opens by itself.
      if (event.target === document.body && current() >= 0) rows[current()].querySelector("a[href]").click();
    } else if (event.key === "?" && help) {
      event.preventDefault();
      help.showModal();
    }
  });
  document.querySelectorAll("[data-keys]").forEach(function (button) {
    button.addEventListener("click", function () { if (help) help.showModal(); });
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll(".bar__me[open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
    var row = event.target.closest("tr[data-open]");
    if (row && !event.target.closest("a, button, input, label, summary, details") && !String(getSelection())) {
      row.querySelector("a[href]").click();
    }
  });
  // Filters that are selects apply themselves; without a script their form has a button.
  document.querySelectorAll("form[data-apply]").forEach(function (form) {
    form.querySelectorAll("[data-apply-button]").forEach(function (button) { button.hidden = true; });
    form.addEventListener("change", function (event) { if (event.target.matches("select")) form.requestSubmit(); });
  });
})();
