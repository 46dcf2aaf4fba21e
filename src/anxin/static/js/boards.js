/* A filter of a board is asked as soon as it is chosen (without script there is a button); a page is printed by its button. */
(function () {
  "use strict";
  document.querySelectorAll("select[data-submit]").forEach((one) => one.addEventListener("change", () => one.form.requestSubmit()));
  document.querySelectorAll("[data-print]").forEach((one) => {
    one.hidden = false;
    one.addEventListener("click", () => window.print());
  });
})();
