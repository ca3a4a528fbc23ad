// A grid that is filled in with the keyboard alone, and takes a column from a spreadsheet.
"use strict";

(() => {
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;
  const told = document.querySelector("[data-grid-told]");
  const rows = [...grid.tBodies[0].rows];
  const cells = rows.map((row) => [...row.querySelectorAll("[data-cell]")]);
  const LEVEL = /^(0|x|igv|<a1|(a1|a2|b1|b2)[+-]?|c1)$/i;
  for (const hint of document.querySelectorAll("[data-needs-script]")) hint.hidden = false;

  const place = (cell) => {
    const row = cells.findIndex((all) => all.includes(cell));
    return row < 0 ? null : [row, cells[row].indexOf(cell)];
  };
  const go = (row, column) => {
    const cell = cells[row]?.[column];
    if (!cell) return false;
    cell.focus();
    if (cell.select && cell.type !== "checkbox") cell.select();
    return true;
  };
  const doubt = (cell) => {
    if (!("level" in cell.dataset)) return;
    const text = cell.value.replace(/\s/g, "");
    cell.toggleAttribute("data-doubt", text !== "" && !LEVEL.test(text));
    if (LEVEL.test(text)) cell.value = text.length > 1 ? text.toUpperCase() : text.toLowerCase();
  };

  grid.addEventListener("keydown", (event) => {
    const at = place(event.target);
    if (!at || event.altKey || event.ctrlKey || event.metaKey) return;
    const [row, column] = at;
    const field = event.target;
    const text = field.tagName === "INPUT" && field.type !== "checkbox";
    const start = !text || field.selectionStart === 0 && (field.selectionEnd === 0 || field.selectionEnd === field.value.length);
    const end = !text || field.selectionEnd === field.value.length && (field.selectionStart === field.selectionEnd || field.selectionStart === 0);
    const list = field.tagName === "SELECT";
    let moved = false;
    if (event.key === "Enter") {
      // Enter never sends the form by accident: it goes down, and from the last row to the top of the next column.
      moved = go(row + (event.shiftKey ? -1 : 1), column) || (!event.shiftKey && go(0, column + 1));
      if (!moved && !event.shiftKey) document.querySelector("[data-grid-form] button:not([type=button])").focus();
      moved = true;
    } else if (event.key === "ArrowDown" && !list) moved = go(row + 1, column);
    else if (event.key === "ArrowUp" && !list) moved = go(row - 1, column);
    else if (event.key === "ArrowRight" && end) moved = go(row, column + 1);
    else if (event.key === "ArrowLeft" && start) moved = go(row, column - 1);
    if (moved) event.preventDefault();
  });
  grid.addEventListener("change", (event) => {
    if (place(event.target)) doubt(event.target);
  });

  const folded = (name) => name.toLocaleLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim().split(" ").sort().join(" ");
  const put = (cell, value) => {
    if (!cell) return 0;
    if (cell.type === "checkbox") cell.checked = /^(x|1|ja|yes|true)$/i.test(value);
    else if (cell.tagName === "SELECT") {
      const wanted = value.toLocaleLowerCase();
      const found = [...cell.options].find((one) => one.value === wanted || one.text.toLocaleLowerCase() === wanted);
      if (!found) return 0;
      cell.value = found.value;
    } else cell.value = value;
    doubt(cell);
    return 1;
  };

  grid.addEventListener("paste", (event) => {
    const at = place(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t").map((one) => one.trim()));
    if (!at || (lines.length < 2 && lines[0].length < 2)) return;
    event.preventDefault();
    const [row, column] = at;
    const names = new Map(rows.map((one, number) => [folded(one.querySelector("[data-name]").textContent), number]));
    const named = lines.some((line) => line.length > 1 && names.has(folded(line[0])));
    let filled = 0;
    const unmatched = [];
    lines.forEach((line, number) => {
      const target = named ? names.get(folded(line[0])) : row + number;
      const values = named ? line.slice(1) : line;
      if (target === undefined || !cells[target]) {
        if (line.some((one) => one)) unmatched.push(String(number + 1));
        return;
      }
      values.forEach((value, across) => {
        if (value) filled += put(cells[target][column + across], value);
      });
    });
    told.textContent = [
      grid.dataset.pasted.replace("{number}", String(filled)),
      unmatched.length ? grid.dataset.unmatched.replace("{number}", String(unmatched.length)).replace("{lines}", unmatched.join(", ")) : "",
    ].join(" ").trim();
  });
})();
