// Checking a form by keyboard: a digit chooses in the place at hand, Enter goes on to the next, and at the end sends.
// Without this script the page is an ordinary form.
(function () {
  "use strict";
  const form = document.querySelector("[data-checks]");
  if (!form) return;
  const places = [...form.querySelectorAll("[data-check]")];
  const controls = (place) => [...place.querySelectorAll("input:not([type=hidden]), textarea")];
  const go = (place) => {
    const all = controls(place);
    const target = all.find((one) => one.checked) || all[0];
    if (target) { target.focus(); place.scrollIntoView({ block: "nearest" }); }
  };
  const here = () => places.find((place) => place.contains(document.activeElement));

  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked) return;
    // "Nothing is marked" and an answer exclude one another.
    controls(box.closest("[data-check]")).forEach((other) => {
      if (other !== box && (box.hasAttribute("data-nothing") || other.hasAttribute("data-nothing"))) other.checked = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const place = here();
    if (!place) return;
    const at = document.activeElement;
    const choices = controls(place).filter((one) => one.type === "radio" || one.type === "checkbox");
    if (/^[0-9]$/.test(event.key) && choices.length && (at.type === "radio" || at.type === "checkbox")) {
      const wanted = event.key === "0" ? choices.find((one) => one.hasAttribute("data-nothing")) : choices[Number(event.key) - 1];
      if (wanted) { event.preventDefault(); wanted.focus(); wanted.click(); }
    } else if (event.key === "Enter" && !event.shiftKey && at.tagName !== "BUTTON" && at.tagName !== "A") {
      event.preventDefault();
      const next = places[places.indexOf(place) + 1];
      if (next) go(next); else form.querySelector("[data-send]").click();
    }
  });

  if (places.length) go(places[0]);
})();
