// The form of a campaign shows what counts for the occasion at hand. Without this script every group is there, under its name,
// and the server lets be what does not count.
(() => {
  const groups = [...document.querySelectorAll("fieldset[data-ways]")];
  if (!groups.length) return;
  const form = groups[0].closest("form");
  const chosen = (name) => new FormData(form).get(name);
  const show = () => {
    for (const group of groups) {
      const ways = JSON.parse(group.dataset.ways);
      group.hidden = !ways.some((way) => Object.entries(way).every(([name, values]) => values.includes(chosen(name))));
    }
  };
  form.addEventListener("change", show);
  // Going back in the browser puts choices back after the page is there.
  window.addEventListener("pageshow", show);
  show();
})();
