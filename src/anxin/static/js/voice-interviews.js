// Selecting words of the notes puts them into the box of the quote. Without this script they are copied by hand.
(() => {
  "use strict";
  const notes = document.getElementById("notes"), box = document.querySelector("#mark textarea[name='words']");
  if (!notes || !box) return;
  notes.addEventListener("mouseup", () => {
    const chosen = String(window.getSelection()).trim();
    if (chosen.length > 1) box.value = chosen;
  });
})();
