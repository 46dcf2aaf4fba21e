// The studio's forms: Ctrl+S saves, leaving with something typed asks first, choosing a kind shows its boxes at once.
(() => {
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let changed = Boolean(form.querySelector('[aria-invalid="true"]'));
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        form.requestSubmit(form.querySelector(".form__acts .btn-primary"));
      }
    });
    for (const select of form.querySelectorAll("select[data-press]")) {
      const button = form.querySelector(`button[name="press"][value="${select.dataset.press}"]`);
      button.hidden = true;
      select.addEventListener("change", () => { form.requestSubmit(button); });
    }
  }
})();
