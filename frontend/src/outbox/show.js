// What waits, on the page: the bar under the heading, the list that it opens, and the order as it stands by now.
import { counts, stateOf } from "./rules.js";
import { clock, el, icon, say } from "./say.js";

const main = () => document.getElementById("main");

/** "2 条已记录，等网络 · 3 张照片待上传" */
export function summary(items) {
  const { waiting, refused, photos } = counts(items);
  return [
    waiting ? say("waiting", { n: waiting }) : "",
    photos ? say("photos", { n: photos }) : "",
    refused ? say("refused", { n: refused }) : "",
  ].filter(Boolean).join(" · ");
}

/** The bar under the heading; gone when there is nothing to say. */
export function bar(items, mood, open) {
  document.getElementById("outbox-bar")?.remove();
  const offline = mood === "offline";
  const stored = document.body.dataset.stored;
  if (!items.length && !offline) return;
  const { refused } = counts(items);
  const level = refused || mood === "login" || mood === "other" ? "warning" : "info";
  const lines = [];
  if (offline) lines.push(stored ? say("offline.stored", { time: clock(stored) }) : say("offline"));
  if (mood === "login" && items.length) lines.push(say("login"));
  if (mood === "other" && items.length) lines.push(say("other"));
  if (items.length) lines.push(summary(items));
  const here = location.pathname + location.search;
  const note = el("div", { id: "outbox-bar", className: "ly-note outbox-bar", role: "status", "data-level": level },
    icon(offline ? "wifi-off" : refused ? "alert-triangle" : "cloud-upload"),
    el("div", {}, ...lines.map((line) => el("div", {}, line))),
    mood === "login" && items.length ? el("a", { className: "btn", href: `/login/?next=${encodeURIComponent(here)}` }, say("login.act")) : null,
    items.length ? el("button", { type: "button", onclick: open, "aria-haspopup": "dialog" }, say(refused ? "solve" : "open")) : null,
  );
  main().querySelector(".ly-head").after(note);
}

function pictures(item) {
  const shown = item.files.filter((file) => file.blob.type.startsWith("image/")).map((file) => {
    const address = URL.createObjectURL(file.blob);
    return el("img", { src: address, alt: file.name, onload: () => URL.revokeObjectURL(address) });
  });
  return shown.length ? el("div", { className: "outbox-pictures" }, ...shown) : null;
}

/** One act that waits. does: { discard, change } */
function row(item, does, { withOrder = true } = {}) {
  const refused = item.status === "refused";
  const said = item.answer ?? {};
  const texts = item.fields.filter(([name, value]) => ["text", "note", "reason", "cause", "fix", "name", "opinion"].includes(name) && value);
  return el("li", { className: "outbox-item", "data-status": item.status, "data-act": item.act },
    el("div", { className: "outbox-line" }, icon(refused ? "alert-triangle" : "cloud-upload"), el("b", {}, item.thing ? `${item.label} · ${item.thing}` : item.label),
      withOrder ? el("a", { href: `/field/orders/${item.order}/` }, item.number) : null,
      el("span", {}, clock(item.happened_at))),
    texts.length ? el("div", { className: "outbox-text" }, texts.map(([, value]) => value).join(" · ")) : null,
    pictures(item),
    refused
      ? el("div", { className: "outbox-answer" }, say("answer", { text: said.detail || say("answer.none", { n: said.status }) }),
          said.state ? el("div", {}, say("answer.state", { state: said.state })) : null)
      : el("div", { className: "outbox-answer" }, item.files.length ? `${say("item.waiting")} · ${say("photos", { n: item.files.length })}` : say("item.waiting")),
    refused ? el("div", { className: "outbox-acts" },
      el("button", { type: "button", className: "btn btn-primary", onclick: () => does.change(item) }, say(item.form ? "change" : "again")),
      el("button", { type: "button", className: "btn", onclick: () => does.discard(item) }, say("discard"))) : null,
  );
}

/** The list of everything that waits. */
export function list(items, mood, does) {
  const before = document.getElementById("outbox-list");
  if (!before?.open && !does.opening) return;
  before?.remove();
  if (!items.length) return;
  const { since } = counts(items);
  const dialog = el("dialog", { id: "outbox-list", className: "ly-dialog outbox-list", "aria-labelledby": "outbox-title" },
    el("h2", { id: "outbox-title" }, say("title")),
    el("p", { className: "ly-hint" }, `${summary(items)} · ${say("since", { time: clock(since) })}`),
    el("ul", { className: "outbox-items" }, ...items.map((item) => row(item, does))),
    el("div", { className: "ly-dialog-acts" },
      el("button", { type: "button", className: "btn", "data-close-dialog": "" }, say("close")),
      el("button", { type: "button", className: "btn btn-primary", onclick: does.send }, icon("refresh"), say("send"))),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** On an order's page: what waits of it, the state by now, and the acts that come next. */
export function order(kit, known, items, does) {
  document.getElementById("outbox-order")?.remove();
  const own = items.filter((item) => item.order === kit.order);
  const state = stateOf(kit, known, own);
  if (own.length) {
    const card = el("section", { id: "outbox-order", className: "card outbox-card", "aria-labelledby": "outbox-order-title" },
      el("div", { className: "card-header" }, el("h2", { className: "card-title", id: "outbox-order-title" }, say("order.title"))),
      el("ul", { className: "outbox-items" }, ...own.map((item) => row(item, does, { withOrder: false }))));
    main().querySelector(".field-title").after(card);
  }
  if (state !== kit.shown) showState(kit, state);
}

const targetOf = (item) => item.fields.find(([name]) => name === "target")?.[1];

/** On a round's order: devices whose look waits here say so, and the next one is one that nobody has looked at. */
export function looks(items) {
  const links = [...main().querySelectorAll("a.round-target")];
  if (!links.length) return;
  const waiting = new Set(items.filter((item) => item.act === "look").map((item) => `/field/orders/${item.order}/look/${targetOf(item)}/`));
  for (const old of main().querySelectorAll(".outbox-look")) old.remove();
  for (const link of links) {
    if (waiting.has(link.pathname)) link.querySelector("small").before(el("span", { className: "outbox-count outbox-look" }, icon("cloud-upload"), say("look.kept")));
  }
  const next = links.find((link) => "open" in link.dataset && !waiting.has(link.pathname));
  const button = main().querySelector("[data-next-look]");
  if (!button) return;
  button.hidden = !next;
  if (next) Object.assign(button, { href: next.pathname }).querySelector("b").textContent = next.querySelector("b").textContent;
}

function showState(kit, state) {
  kit.shown = state;
  const facts = kit.states[state];
  const badge = document.getElementById("order-state");
  badge.dataset.orderState = state;
  badge.querySelector("#outbox-state")?.remove();
  if (state !== kit.state) badge.append(el("span", { id: "outbox-state", className: "outbox-state" }, `→ ${facts.label} ${say("state.unsent")}`));
  acts(facts);
}

/** Put the buttons of the acts that are possible now into the page's bar. */
function acts({ main: first, rest }) {
  const template = document.getElementById("field-acts");
  const place = main().querySelector(".field-bar") ?? main().querySelector(".field-order").parentElement.appendChild(el("div", { className: "field-bar" }));
  const links = [...place.querySelectorAll('a[href^="/dispatch/"]')];
  const button = (name, big) => {
    const copy = template.content.querySelector(`[data-act="${name}"]`).firstElementChild.cloneNode(true);
    if (big) (copy.matches(".btn") ? copy : copy.querySelector(".btn")).classList.add("btn-primary", "field-main");
    return copy;
  };
  const parts = [];
  if (first) parts.push(el("div", { className: "field-bar-main" }, button(first, true)));
  if (rest.length || links.length) parts.push(el("div", { className: "field-bar-rest" }, ...rest.map((name) => button(name, false)), ...links));
  place.replaceChildren(...parts);
}

/** On the list of the day: orders with something that waits say so. */
export function cards(items) {
  for (const old of document.querySelectorAll(".outbox-count")) old.remove();
  for (const card of document.querySelectorAll("a.field-card, .field-now-title a")) {
    const own = items.filter((item) => `/field/orders/${item.order}/` === card.pathname);
    if (!own.length) continue;
    const text = own.some((item) => item.status === "refused") ? say("card.refused") : say("card.waiting", { n: own.length });
    card.append(el("span", { className: "outbox-count" }, icon("cloud-upload"), text));
  }
}
