/* What one types is kept on the server while one types: <form data-draft="/where/to/">. The form works without this file. */
(function () {
  "use strict";
  // Sums that follow one's choices are right only while a script keeps them so.
  document.querySelectorAll("[data-with-script]").forEach(function (part) { part.hidden = false; });

  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    var timer = 0;
    var pending = false;
    var place = form.querySelector("[data-draft-state]");

    function say(word) { if (place) place.textContent = place.dataset[word] || ""; }

    function body() {
      var data = new FormData();
      new FormData(form).forEach(function (value, name) { if (typeof value === "string") data.append(name, value); });
      return data;
    }

    function send(last) {
      clearTimeout(timer);
      if (!pending || form.dataset.sent) return;
      pending = false;
      fetch(form.dataset.draft, { method: "POST", body: body(), credentials: "same-origin", keepalive: !!last })
        .then(function (answer) { say(answer.ok ? "saved" : "failed"); })
        .catch(function () { pending = true; say("failed"); });
    }

    function soon() {
      pending = true;
      clearTimeout(timer);
      timer = setTimeout(function () { send(false); }, 1200);
    }

    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    // A phone that is put away, or a call that comes in: keep it before the page sleeps.
    document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") send(true); });
    window.addEventListener("pagehide", function () { send(true); });
    window.addEventListener("online", function () { if (pending) send(false); });
  });
})();
