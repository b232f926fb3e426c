// The frame: theme choice, groups of the navigation, progress bar, tooltips, rows that open, sums of chosen rows.
import Tooltip from "bootstrap/js/src/tooltip.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

function theme(choice) {
  const root = document.documentElement;
  root.dataset.themeChoice = choice;
  root.dataset.bsTheme = choice === "dark" || (choice === "auto" && dark.matches) ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice));
  }
  document.dispatchEvent(new CustomEvent("luyue:theme"));
}

function startTheme() {
  theme(localStorage.getItem("luyue-theme") || "auto");
  dark.addEventListener("change", () => theme(document.documentElement.dataset.themeChoice));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    localStorage.setItem("luyue-theme", button.dataset.themeSet);
    theme(button.dataset.themeSet);
  });
}

/** A line of the navigation leads to what its number counts; without a number, to its page. */
function startLeads() {
  document.body.addEventListener("htmx:oobAfterSwap", () => {
    for (const number of document.querySelectorAll(".ly-nav .ly-waits[data-lead]")) {
      number.closest("a").setAttribute("href", number.dataset.lead);
    }
  });
}

/** A bar at the top for requests that take longer than 300 ms; shorter ones show nothing. Polling never does. */
function startProgress() {
  const waiting = new Map();
  const show = () => document.body.classList.toggle("ly-waiting", [...waiting.values()].includes("shown"));
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, elt } = event.detail;
    if (elt.closest("[data-quiet]")) return;
    waiting.set(xhr, setTimeout(() => (waiting.set(xhr, "shown"), show()), 300));
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    clearTimeout(waiting.get(event.detail.xhr));
    waiting.delete(event.detail.xhr);
    show();
  });
}

function tooltips(root) {
  root.querySelectorAll?.('[data-bs-toggle="tooltip"]').forEach((element) => Tooltip.getOrCreateInstance(element));
}

/** Which groups of the navigation are open is kept in a cookie: the server draws them so, and nothing moves after load. */
function startNavigation() {
  document.addEventListener("click", (event) => {
    const group = event.target.closest(".ly-nav summary")?.parentElement;
    if (!group) return;
    const list = group.closest(".ly-nav");
    const opened = new Set(list.dataset.opened.split(" ").filter(Boolean));
    opened[group.open ? "delete" : "add"](group.dataset.group);
    list.dataset.opened = [...opened].join(" ");
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `luyue-nav=${[...opened].join(".")}; path=/; max-age=31536000; samesite=lax${secure}`;
  });
}

/** What stands long before the matter itself is closed on a narrow screen, and open on paper. */
function fold() {
  const long = () => document.querySelectorAll("details[data-fold]");
  if (matchMedia("(max-width: 767.98px)").matches) for (const one of long()) one.open = false;
  addEventListener("beforeprint", () => long().forEach((one) => (one.open = true)));
}

/** A refused form may stand far down: the page shows what is wrong first. */
function showWrong() {
  const wrong = document.querySelector(".ly-errors[tabindex]");
  wrong?.focus({ preventScroll: true });
  wrong?.scrollIntoView({ block: "nearest" });
}

export function startFrame() {
  startNavigation();
  startTheme();
  startLeads();
  startProgress();
  fold();
  addEventListener("load", showWrong);
  tooltips(document);
  document.body.addEventListener("htmx:load", (event) => tooltips(event.detail.elt));
  // A click anywhere in a row opens it, unless it hit something of its own or text was being marked.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-rows] > *");
    if (!row || event.target.closest("a, button, input, label, summary, select") || String(getSelection())) return;
    const link = row.querySelector("a[data-open]");
    if (!link) return;
    if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
    else link.click();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
    event.target.closest("[data-close-dialog]")?.closest("dialog").close();
  });
}
