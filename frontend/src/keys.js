// Keyboard: N new case, / or Ctrl-K search, j k Enter in lists, ? help. Single keys can be switched off in the help.
const SWITCH = "luyue-keys-off";

const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open], .modal.show");
const shown = (element) => element && element.offsetParent !== null;

function moveRow(step) {
  const rows = [...document.querySelectorAll("[data-rows] > tr, [data-rows] > [data-row]")].filter(shown);
  if (!rows.length) return;
  const from = rows.indexOf(document.activeElement.closest("[data-rows] > *"));
  const row = rows[Math.min(rows.length - 1, Math.max(0, from < 0 ? 0 : from + step))];
  row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

function search() {
  const box = document.querySelector("[data-search]");
  box?.focus();
  box?.select();
  return Boolean(box);
}

const SINGLE = {
  n: () => document.querySelector("[data-intake]")?.click(),
  "/": search,
  j: () => moveRow(1),
  k: () => moveRow(-1),
  "?": () => document.getElementById("luyue-keys")?.showModal(),
};

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      if (search()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "Enter" && event.target.matches("[data-rows] > *")) {
      (event.target.querySelector("a[data-open]") ?? event.target.querySelector("a[href]"))?.click();
      return;
    }
    const act = SINGLE[event.key.length === 1 ? event.key.toLowerCase() : ""];
    if (!act || (localStorage.getItem(SWITCH) && event.key !== "?")) return;
    event.preventDefault();
    act();
  });
  const box = document.getElementById("luyue-keys-on");
  if (box) {
    box.checked = !localStorage.getItem(SWITCH);
    box.addEventListener("change", () =>
      box.checked ? localStorage.removeItem(SWITCH) : localStorage.setItem(SWITCH, "1"),
    );
  }
}
