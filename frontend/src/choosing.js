// Rows to be chosen for an act on all of them: one box that ticks them all, and a sentence that counts.
// data-check-all stands in the head of the table, or on a page whose rows are no table.
const rows = (scope) => [...scope.querySelectorAll("[data-rows] input[type=checkbox][name]")];

export function startChoosing() {
  document.addEventListener("change", (event) => {
    if (!event.target.matches("input[type=checkbox]")) return;
    const scope = event.target.closest("table") ?? document;
    const boxes = rows(scope);
    if (event.target.matches("[data-check-all]")) {
      for (const one of boxes) one.checked = event.target.checked;
    } else if (!boxes.includes(event.target)) {
      return;
    }
    const chosen = boxes.filter((one) => one.checked).length;
    const all = scope.querySelector("[data-check-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const said = document.querySelector("[data-bulk-count]");
    if (!said) return;
    said.dataset.none ??= said.textContent;
    said.textContent = chosen ? said.dataset.words.replace("{n}", chosen) : said.dataset.none;
  });
}
