// Clocks count by the server's time: the page says when it was made, the browser adds what has passed since.
import { duration } from "./duration.js";
import { words } from "./words.js";

const COUNTING = ["running", "warning", "breached"];
let offset = 0; // server minus browser, milliseconds

/** Milliseconds since 1970 by the server's clock; right also after the machine slept, as Date.now() goes on. */
export const serverNow = () => Date.now() + offset;

const units = () => ({ d: words("unit.d"), h: words("unit.h"), m: words("unit.m"), s: words("unit.s"), join: words("unit.join") });

/** What a counting clock shows at `now`: its state and its words. A clock that is done says nothing new. */
export function face(clock, now) {
  const state = now >= clock.due ? "breached" : clock.warn && now >= clock.warn ? "warning" : "running";
  const length = duration((clock.due - now) / 1000, units());
  return { state, text: words(state === "breached" ? "clock.over" : "clock.left", { length }) };
}

function draw(element, now) {
  const { started, due, warn } = element.dataset;
  const clock = { started: Date.parse(started), due: Date.parse(due), warn: warn ? Date.parse(warn) : 0 };
  const { state, text } = face(clock, now);
  const label = element.querySelector("[data-clock-words]");
  if (label.textContent !== text) label.textContent = text;
  if (element.dataset.state !== state) {
    element.dataset.state = state;
    element.querySelector("[data-clock-state]").textContent = words("state." + state);
    const use = element.querySelector("[data-clock-icon] use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + words("icon." + state)));
  }
  const bar = element.querySelector("svg[data-clock-bar]");
  if (!bar || !started) return;
  const end = Math.max(clock.due, now);
  const share = (at) => `${Math.min(100, Math.max(0, ((at - clock.started) / (end - clock.started)) * 100))}%`;
  bar.querySelector(".done").setAttribute("width", share(now));
  bar.querySelector(".over")?.setAttribute("x", share(clock.due));
  bar.querySelector(".over")?.setAttribute("width", now > clock.due ? `${100 - parseFloat(share(clock.due))}%` : "0");
  for (const mark of bar.querySelectorAll("[data-at]")) mark.setAttribute("x", share(Date.parse(mark.dataset.at)));
  for (const gap of bar.querySelectorAll("[data-from]")) {
    const from = parseFloat(share(Date.parse(gap.dataset.from)));
    gap.setAttribute("x", from + "%");
    gap.setAttribute("width", parseFloat(share(Date.parse(gap.dataset.to))) - from + "%");
  }
}

function drawAll() {
  const now = serverNow();
  for (const element of document.querySelectorAll("[data-clock]")) {
    if (COUNTING.includes(element.dataset.state) && element.dataset.due) draw(element, now);
  }
}

export function startClocks() {
  const meta = document.querySelector('meta[name="server-time"]');
  // A page out of the phone's store was made long ago: its time says nothing about the server's clock.
  if (meta && !document.body.dataset.stored) offset = Date.parse(meta.content) - (Date.now() - sinceAnswer());
  drawAll();
  setInterval(drawAll, 1000);
  document.addEventListener("visibilitychange", () => document.hidden || drawAll());
  document.body.addEventListener("htmx:load", drawAll);
}

/** Milliseconds since the answer's first byte came: the server wrote its time about then. */
function sinceAnswer() {
  return Math.max(0, performance.now() - (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0));
}
