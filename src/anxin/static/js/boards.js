/* A filter of a board is asked as soon as it is chosen; without script there is a button. */
(function () {
  "use strict";
  document.querySelectorAll("select[data-submit]").forEach((one) => one.addEventListener("change", () => one.form.requestSubmit()));
})();
