// Sentences and addresses that the page brings along for the outbox: <script type="application/json" id="field-words">.
let table;

const read = () => (table ??= JSON.parse(document.getElementById("field-words")?.textContent || "{}"));

export function say(key, facts = {}) {
  return (read()[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

/** An element with properties and children; strings become text, never markup. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-")) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${read().sprite}#${name}`);
  drawing.append(use);
  return drawing;
}

/** 10:05 today, 11-24 10:05 else; in the zone of the contracts. */
export function clock(instant) {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" };
  const day = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit" }).format(at);
  const time = new Intl.DateTimeFormat("en-GB", parts).format(new Date(instant));
  return day(new Date(instant)) === day(new Date()) ? time : `${day(new Date(instant))} ${time}`;
}
