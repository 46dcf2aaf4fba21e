/* The portal works without this file. With it: typed text survives a closed page, pictures are seen before they are
   sent, the sum one will get first follows one's answers, and Escape closes the menu. */
(function () {
  "use strict";
  var person = document.documentElement.dataset.person || "anyone";
  var DAYS_KEPT = 14;

  // -- typed text: <form data-keep="notify">; forgotten by any element with data-forget="notify" on a later page -----
  function place(key) { return "anxin:" + person + ":" + key; }

  function keepable(field) {
    return field.name && !field.disabled && field.name !== "csrfmiddlewaretoken" &&
      !/^(password|file|hidden|submit|button)$/.test(field.type) && !field.hasAttribute("data-no-keep");
  }

  function read(key) {
    try {
      var kept = JSON.parse(localStorage.getItem(place(key)) || "null");
      if (kept && Date.now() - kept.at < DAYS_KEPT * 864e5) return kept.values;
      localStorage.removeItem(place(key));
    } catch (error) { /* private windows have no storage: nothing is kept there */ }
    return null;
  }

  function write(form) {
    var values = {};
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!keepable(field)) return;
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) (values[field.name] = values[field.name] || []).push(field.value);
      } else if (field.value) (values[field.name] = values[field.name] || []).push(field.value);
    });
    try {
      localStorage.setItem(place(form.dataset.keep), JSON.stringify({ at: Date.now(), values: values }));
    } catch (error) { /* full or forbidden */ }
  }

  // What the server sent wins: only fields it left empty, and groups it left unanswered, are filled.
  function restore(form, values) {
    var answered = {};
    Array.prototype.forEach.call(form.elements, function (field) {
      if (/^(checkbox|radio)$/.test(field.type) && field.defaultChecked) answered[field.name] = true;
    });
    var taken = {};
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!keepable(field) || !values[field.name]) return;
      if (/^(checkbox|radio)$/.test(field.type)) {
        if (!answered[field.name]) field.checked = values[field.name].indexOf(field.value) >= 0;
      } else {
        var next = taken[field.name] || 0;
        taken[field.name] = next + 1;
        if (!field.value && values[field.name][next] !== undefined) field.value = values[field.name][next];
      }
    });
    form.dispatchEvent(new Event("change"));
  }

  document.querySelectorAll("[data-forget]").forEach(function (mark) {
    try { localStorage.removeItem(place(mark.dataset.forget)); } catch (error) { /* nothing kept */ }
  });
  document.querySelectorAll("form[data-forget-all]").forEach(function (form) {
    // Signing out leaves nothing of this person in a browser that others may use.
    form.addEventListener("submit", function () {
      try {
        Object.keys(localStorage).forEach(function (key) { if (key.indexOf("anxin:") === 0) localStorage.removeItem(key); });
      } catch (error) { /* nothing kept */ }
    });
  });
  document.querySelectorAll("form[data-keep]").forEach(function (form) {
    var values = read(form.dataset.keep);
    if (values) restore(form, values);
    var timer = 0;
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { write(form); }, 300);
    });
    form.addEventListener("submit", function () { write(form); });
  });

  // -- pictures before they are sent: <label class="pick"><input type="file"></label><div class="pick__seen"></div> ----
  document.querySelectorAll(".pick input[type=file]").forEach(function (input) {
    var label = input.closest(".pick");
    var seen = label.nextElementSibling;
    if (!seen || !seen.classList.contains("pick__seen")) return;
    input.addEventListener("change", function () {
      seen.querySelectorAll("img").forEach(function (old) { URL.revokeObjectURL(old.src); });
      seen.replaceChildren();
      Array.prototype.forEach.call(input.files, function (file) {
        var item;
        if (/^image\//.test(file.type)) {
          item = document.createElement("img");
          item.src = URL.createObjectURL(file);
          item.alt = file.name;
        } else {
          item = document.createElement("p");
          item.textContent = file.name;
        }
        seen.append(item);
      });
    });
  });

  // -- the assessment: <form data-assess>, items with data-fen, places for the sums -----------------------------------
  function yuan(fen) {
    return Math.floor(fen / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",") + "." + String(fen % 100).padStart(2, "0");
  }
  document.querySelectorAll("form[data-assess]").forEach(function (form) {
    function sum() {
      var tally = { ok: [0, 0], no: [0, 0] };
      form.querySelectorAll(".item").forEach(function (item) {
        var chosen = item.querySelector(".choice input:checked");
        item.classList.toggle("item--no", !!chosen && chosen.value === "no");
        if (chosen && tally[chosen.value]) {
          tally[chosen.value][0] += 1;
          tally[chosen.value][1] += Number(item.dataset.fen || 0);
        }
      });
      // Buttons outside the form (the dock) show the sum too, hence the whole document.
      [["agreed", "ok"], ["disputed", "no"]].forEach(function (pair) {
        document.querySelectorAll("[data-" + pair[0] + "-count]").forEach(function (place) { place.textContent = tally[pair[1]][0]; });
        document.querySelectorAll("[data-" + pair[0] + "-sum]").forEach(function (place) { place.textContent = yuan(tally[pair[1]][1]); });
      });
      // "0.00 first" is nothing to promise.
      document.querySelectorAll("[data-agreed-some]").forEach(function (part) { part.hidden = !tally.ok[0]; });
    }
    form.addEventListener("change", sum);
    sum();
  });

  // -- a second press on a slow line must not send twice --------------------------------------------------------------
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") document.querySelectorAll(".menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll(".menu[open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
})();
