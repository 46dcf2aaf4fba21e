// The studio's forms: Ctrl+S saves, leaving with something typed asks first, choosing a kind shows its boxes at once.
// Its outline: Alt with up or down moves the question or page one is in, Ctrl+Z takes the last change back.
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
  const outline = document.querySelector(".outline");
  if (!outline) return;
  // After a move one is where one was.
  addEventListener("load", () => {
    if (location.hash.length > 1) document.getElementById(location.hash.slice(1))?.querySelector("a")?.focus();
  });
  addEventListener("keydown", (event) => {
    const move = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (event.altKey && move) {
      const button = document.activeElement?.closest("li, .outline__page")?.querySelector(`button[value^="${move} "]`);
      if (!button) return;
      event.preventDefault();
      button.click();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      document.querySelector('[data-key="undo"]')?.click();
    }
  });
})();
