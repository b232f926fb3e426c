// Words selected in the document become a promise: a button appears that knows where they stand.
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
