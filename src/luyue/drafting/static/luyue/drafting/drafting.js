// Words selected in the document become a promise: a button appears that knows where they stand.
// On the phone one side is shown at a time; a mark leads to its card and a card's words to the document.
const page = document.querySelector("[data-document]");
const button = document.querySelector("[data-selected]");

// The server counts letters, the browser half of some of them twice.
function place(node, offset) {
  const box = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.("[data-at]");
  if (!box || !page.contains(box)) return null;
  const inside = node.nodeType === Node.TEXT_NODE ? node.data.slice(0, offset) : offset ? box.textContent : "";
  return Number(box.dataset.at) + [...inside].length;
}

function look() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) {
    button.hidden = true;
    return;
  }
  const range = selection.getRangeAt(0);
  const start = place(range.startContainer, range.startOffset);
  const end = place(range.endContainer, range.endOffset);
  button.hidden = start === null || end === null || end <= start;
  if (!button.hidden) button.href = `${page.dataset.add}?start=${start}&end=${end}`;
}

if (page && button) document.addEventListener("selectionchange", look);

const sides = document.querySelector("[data-sides]");
const both = document.querySelector(".dr-two");

function show(side) {
  both.dataset.side = side;
  for (const one of sides.querySelectorAll("[data-side]")) one.setAttribute("aria-pressed", String(one.dataset.side === side));
}

function follow() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target || !both.contains(target)) return;
  show(target.closest(".dr-document") ? "document" : "cards");
  target.scrollIntoView();
}

if (sides && both) {
  sides.hidden = false;
  show("cards");
  sides.addEventListener("click", (event) => {
    const side = event.target.closest("[data-side]")?.dataset.side;
    if (side) show(side);
  });
  addEventListener("hashchange", follow);
  // A second click on the same link changes no address.
  both.addEventListener("click", (event) => {
    if (event.target.closest('a[href^="#"]')?.hash === location.hash) follow();
  });
  follow();
}

// A accepts, R rejects, E corrects the promise that J and K stand on; U undoes. Whoever has switched single keys off in
// the help has none of these either.
const keys = document.getElementById("dr-keys");
const KEYS_OFF = "luyue-keys-off";
const ACTS = { a: '[name="act"][value="accept"]', r: '[name="act"][value="reject"]', e: "a[data-edit]" };

// What was decided shows in the document at once.
function colour(id) {
  const state = id && document.getElementById(id)?.dataset.state;
  if (!state) return;
  for (const mark of page.querySelectorAll(`.dr-mark[href="#${id}"]`)) mark.dataset.state = state;
}

function pressed(event) {
  if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open], .modal.show")) return;
  if (localStorage.getItem(KEYS_OFF)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : "";
  const card = document.activeElement.closest("[data-row]") ?? both.querySelector("[data-row]:target");
  const button = key === "u" ? document.querySelector("[data-undo]") : ACTS[key] && card?.querySelector(ACTS[key]);
  if (!button) return;
  event.preventDefault();
  button.click();
}

if (keys && both) {
  document.querySelector("#luyue-keys dl")?.append(keys.content.cloneNode(true));
  document.addEventListener("keydown", pressed);
  // The card is drawn anew by an act; who works by keyboard stays on it.
  let held = "";
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const card = event.detail.target?.closest?.("[data-row]");
    held = card?.contains(document.activeElement) ? card.id : "";
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    colour(event.detail.target?.id);
    const card = held && document.getElementById(held);
    held = "";
    if (!card) return;
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
  });
}
