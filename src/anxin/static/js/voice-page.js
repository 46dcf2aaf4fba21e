// A page of a questionnaire without waiting for the server: questions whose condition looks at this page come and go, and
// "none of these" clears the others. Without it all questions are there and the server sorts them out.
(() => {
  const given = (form, name) => {
    const found = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((box) => !box.closest("[data-show-if][hidden]"));
    if (!found.length) return null;
    return found
      .filter((box) => !["radio", "checkbox"].includes(box.type) || box.checked)
      .map((box) => box.value.trim())
      .filter(Boolean);
  };
  // null: it looks at what is on another page, which the server knows already.
  const holds = (condition, form) => {
    for (const kind of ["all", "any"]) {
      if (!condition[kind]) continue;
      const parts = condition[kind].map((part) => holds(part, form)).filter((part) => part !== null);
      if (!parts.length) return null;
      return kind === "all" ? parts.every(Boolean) : parts.some(Boolean);
    }
    if (condition.not) {
      const inner = holds(condition.not, form);
      return inner === null ? null : !inner;
    }
    const answers = given(form, condition.answer);
    if (answers === null) return null;
    if ("given" in condition) return (answers.length > 0) === condition.given;
    if (!answers.length) return false;
    if (condition.is) return answers.some((answer) => condition.is.includes(answer));
    const number = Number(answers[0]);
    if (Number.isNaN(number)) return false;
    return "at_least" in condition ? number >= condition.at_least : number <= condition.at_most;
  };
  const watch = (page) => {
    const root = page.closest("form") || page;
    const asked = [...page.querySelectorAll("[data-show-if]")];
    const show = () => {
      for (const question of asked) question.hidden = holds(JSON.parse(question.dataset.showIf), root) === false;
    };
    for (const note of page.querySelectorAll("[data-show-if] .q__only")) note.hidden = true;
    root.addEventListener("change", (event) => {
      const box = event.target;
      if (box.type === "checkbox" && box.checked) {
        for (const other of root.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(box.name)}"]`)) {
          if (other !== box && ("alone" in box.dataset || "alone" in other.dataset)) other.checked = false;
        }
      }
      show();
    });
    root.addEventListener("input", show);
    show();
  };
  for (const page of document.querySelectorAll(".qpage")) watch(page);
})();
