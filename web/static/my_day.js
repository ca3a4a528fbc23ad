// Forms that were opened within a list are closed again; many boxes are ticked at once.
"use strict";

document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-cancel]");
  const place = cancel && cancel.closest(".task-form");
  if (!place) return;
  event.preventDefault();
  place.replaceChildren();
  place.parentElement.querySelector(".task-do a")?.focus();
});

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick]");
  if (!all) return;
  for (const box of document.querySelectorAll(all.dataset.tick)) box.checked = all.checked;
});

// Copying needs JavaScript; without it the text beside the button is there to be marked.
function showCopying() {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}
document.addEventListener("DOMContentLoaded", showCopying);
