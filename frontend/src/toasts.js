// Short messages: the server sends them as HX-Trigger {"toast": {"level", "text"}} or renders them into the region.
import { words } from "./words.js";

const ICONS = { success: "circle-check", info: "info-circle", warning: "alert-triangle", error: "alert-circle" };

/** Show one message; errors and warnings stay until closed, the rest for as long as it takes to read them. */
export function toast(text, level = "info") {
  const region = document.getElementById("luyue-toasts");
  const template = document.getElementById("luyue-toast");
  if (!region || !template) return;
  const element = template.content.firstElementChild.cloneNode(true);
  element.dataset.level = level;
  element.querySelector("[data-text]").textContent = text;
  const use = element.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + (ICONS[level] ?? ICONS.info)));
  region.append(element);
  settle(element);
}

function settle(element) {
  element.querySelector("[data-close]").addEventListener("click", () => element.remove());
  if (["error", "warning"].includes(element.dataset.level)) return;
  const reading = Math.min(8000, 2500 + 100 * element.querySelector("[data-text]").textContent.trim().length);
  let timer = setTimeout(() => element.remove(), reading);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(() => element.remove(), 3000)));
}

export function startToasts() {
  document.querySelectorAll("#luyue-toasts > .ly-toast").forEach(settle);
  document.body.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.level));
  // What asks by itself, such as the count of messages, fails silently: nobody has sent anything.
  const asked = (event) => !event.detail.elt?.closest?.("[data-quiet]");
  document.body.addEventListener("htmx:sendError", (event) => asked(event) && toast(words("net.down"), "error"));
  document.body.addEventListener("htmx:timeout", (event) => asked(event) && toast(words("net.slow"), "error"));
  document.body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status >= 500) toast(words("net.failed"), "error");
    // Logged out meanwhile: the reload leads through the log-in page back here. Field pages stay: they hold what is not
    // sent yet, and their outbox says that somebody has to log in again.
    else if (status === 401 && !document.getElementById("field-words")) location.reload();
  });
}
