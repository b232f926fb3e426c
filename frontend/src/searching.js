// The search of the frame: arrows go through what was found; an empty box offers the pages that were looked at lately.
import { words } from "./words.js";

const KEPT = 8;
const ONE_THING = /^\/[\w/-]+\/\d+\/$/; // the page of one thing: /cases/12/
const store = () => `luyue-recent-${document.body.dataset.person}`;

const seen = () => {
  try {
    return JSON.parse(localStorage.getItem(store()) || "[]");
  } catch {
    return [];
  }
};

/** Pages hold customers' data: what was looked at does not outlast the log-out. */
export const forgetSeen = () => localStorage.removeItem(store());

function remember() {
  if (!document.body.dataset.person || !ONE_THING.test(location.pathname) || !document.querySelector("h1")) return;
  const number = document.querySelector("h1").innerText.trim().replace(/\s+/g, " ");
  const title = document.title.replace(/ · 履约 Luyue$/, "");
  const text = number.includes(title) ? number : title.includes(number) ? title : `${number} ${title}`;
  const others = seen().filter((one) => one.path !== location.pathname);
  localStorage.setItem(store(), JSON.stringify([{ path: location.pathname, text }, ...others].slice(0, KEPT + 1)));
}

function offer(place) {
  const rows = seen().filter((one) => one.path !== location.pathname).slice(0, KEPT);
  place.replaceChildren();
  if (!rows.length) return;
  const head = Object.assign(document.createElement("p"), { className: "ly-found-head", textContent: words("search.seen") });
  const list = document.createElement("ul");
  list.className = "ly-found-seen";
  for (const one of rows) {
    const link = Object.assign(document.createElement("a"), { href: one.path, textContent: one.text });
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  place.append(head, list);
}

export function startSearching() {
  if (document.querySelector("main")) remember();
  const box = document.querySelector("[data-search]");
  const place = document.getElementById("luyue-found");
  if (!box || !place) return;
  box.addEventListener("focus", () => box.value.trim() || offer(place));
  box.addEventListener("input", () => box.value.trim() || offer(place));
  // An answer to what has been cleared meanwhile.
  place.addEventListener("htmx:beforeSwap", (event) => box.value.trim() || (event.detail.shouldSwap = false));
  box.form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const links = [...place.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < 0) box.focus();
      else links[Math.min(next, links.length - 1)]?.focus();
      event.preventDefault();
    } else if (event.key === "Escape") {
      event.preventDefault();
      box.focus();
      place.replaceChildren();
    }
  });
}
