// Keeps what is typed on a page of a questionnaire while one types. Without it every "next" and "back" keeps the page.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const state = form.querySelector("[role=status]");
  let timer = 0;
  let pending = false;
  let sent = false;
  const say = (word) => { if (state) state.textContent = state.dataset[word] || ""; };
  const send = (last) => {
    clearTimeout(timer);
    if (!pending || sent) return;
    pending = false;
    const body = new FormData(form);
    body.append("autosave", "1");
    fetch(location.href, { method: "POST", body: new URLSearchParams(body), keepalive: !!last, credentials: "same-origin" })
      .then((answer) => { if (!answer.ok) pending = true; say(answer.ok ? "saved" : "failed"); })
      .catch(() => { pending = true; say("failed"); });
  };
  const soon = (wait) => () => { pending = true; clearTimeout(timer); timer = setTimeout(send, wait); };
  form.addEventListener("input", soon(1500));
  form.addEventListener("change", soon(800));
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  // Back by the browser's own button: the page is alive again.
  window.addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(true); });
  window.addEventListener("online", () => { if (pending) send(false); });
})();
