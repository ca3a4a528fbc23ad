// Keeps what is typed in a form of several facts, so that it is there after a session has run out.
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const told = form.querySelector("[data-draft-told]");
  let waiting = 0;
  let typed = false;
  let sending = false;

  const keep = async () => {
    waiting = 0;
    if (!typed || sending) return;
    typed = false;
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Draft": "yes" },
      redirect: "manual",
    }).catch(() => null);
    if (!told) return;
    const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    if (answer && answer.status === 204) told.textContent = told.dataset.kept.replace("{time}", now);
    else if (answer && answer.type === "opaqueredirect") told.textContent = told.dataset.out;
  };
  form.addEventListener("input", () => {
    typed = true;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(waiting);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });

  // A list that belongs to a tick opens with it.
  form.addEventListener("change", (event) => {
    const shown = event.target.dataset && event.target.dataset.shows && document.getElementById(event.target.dataset.shows);
    if (shown) shown.hidden = !event.target.checked;
  });
})();
