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
