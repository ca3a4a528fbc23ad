// What pages do more quickly with JavaScript; each works without.
"use strict";

// The summary of what is wrong takes the focus, so that it is read first.
function focusOnProblems(within) {
  const summary = within.querySelector("[data-focus]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => focusOnProblems(document));
// What asked for the swap may be a link elsewhere on the page, so all of it is looked at.
document.addEventListener("htmx:after:swap", () => focusOnProblems(document));

// A form that was sent is not sent twice by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post") && !form.hasAttribute("data-download")) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Copy what a button names to the clipboard, and say so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const told = document.getElementById("messages");
  if (told && button.dataset.copied) told.textContent = button.dataset.copied;
});
