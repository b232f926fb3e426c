// Field pages without a network: every act is written down on the phone first and sent as soon as it can be.
import { ask } from "./confirm.js";
import { fill, mark, markWrong, orderOf, read, unfilled } from "./outbox/form.js";
import { keepOrder, keepToday, settleOwner } from "./outbox/pages.js";
import { keepsPlace } from "./outbox/rules.js";
import { flush, lost, mood } from "./outbox/send.js";
import { clock, say } from "./outbox/say.js";
import * as show from "./outbox/show.js";
import * as store from "./outbox/store.js";

const TICK = 15_000; // milliseconds
const AT_ONCE = 5; // photographs in one request: on a weak network each few that arrive are safe
const PATIENCE = 12_000; // how long an act is waited for before the page goes on
const person = document.body.dataset.person;
const kit = JSON.parse(document.getElementById("field-kit")?.textContent || "null");
const toast = (text, level = "success") => document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, level } }));
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
let leaving = false;
let drawing = 0;

async function draw(opening = false) {
  const turn = ++drawing;
  const items = await store.acts(person);
  const known = kit?.acts && (await store.known(kit.order));
  if (turn !== drawing && !opening) return; // a later look at the phone is under way: this one is of before
  const does = { discard, change, send: () => send({ force: true }), opening };
  show.bar(items, mood, () => draw(true));
  show.list(items, mood, does);
  show.cards(items);
  show.looks(items);
  if (kit?.acts) show.order(kit, known, items, does);
}

/** Send; then the pages show what the server made of it, unless somebody is filling in a form. */
async function send({ force = false, stay = false } = {}) {
  const before = mood;
  const sent = await flush(person, { force, changed: () => draw() });
  await draw();
  if (before !== "ok" && mood === "ok") keepDay();
  for (const order of new Set(sent.map((one) => one.order))) await keepOrder(`/field/orders/${order}/`, person).catch(() => {});
  if (!sent.length || stay || leaving) return sent;
  notice(sent);
  if (!document.querySelector("form[data-draft]") && !document.querySelector("dialog[open]")) location.reload();
  return sent;
}

/** A sentence that outlives the change of page. */
function notice(sent) {
  const left = sent.find((one) => one.answer.case_left);
  const [{ label }] = left ? [left] : sent;
  const text = left ? say("done.left", { act: label }) : sent.length > 1 ? say("done.many", { n: sent.length }) : say("done", { act: label });
  later(text, left ? "warning" : "success");
}

const later = (text, level) => sessionStorage.setItem("luyue-field-said", JSON.stringify({ text, level }));

function sayAgain() {
  const said = sessionStorage.getItem("luyue-field-said");
  sessionStorage.removeItem("luyue-field-said");
  if (said) toast(JSON.parse(said).text, JSON.parse(said).level);
}

// --- acts ------------------------------------------------------------------------------------------

async function record(form, submitter) {
  const replaced = Number(form.dataset.replaces) ? await store.act(Number(form.dataset.replaces)) : null;
  const told = await read(form, submitter);
  // What was refused on the spot is done when it is done anew; what came late happened when it was first told.
  const when = replaced && form.dataset.moment ? { happened_at: replaced.happened_at, position: replaced.position || told.position } : {};
  const stays = replaced && keepsPlace(await store.acts(person), replaced);
  const item = {
    ...told, id: mark(), person, order: orderOf(form), number: kit.number, label: kit.labels[told.act] ?? told.act,
    thing: form.dataset.thing ?? "", form: form.matches("[data-draft]"), status: "waiting", tries: 0, next_at: 0, answer: null, ...when,
    ...(stays ? { seq: replaced.seq } : {}),
  };
  let seq;
  for (const part of parts(item)) seq = await store.put(part);
  if (replaced && !stays) await store.remove(replaced.seq);
  navigator.storage?.persist?.();
  return seq;
}

/** Many photographs are several acts. */
function parts(item) {
  if (item.act !== "photo") return [item];
  const some = (from) => item.files.slice(from, from + AT_ONCE);
  const { seq: _first, ...rest } = item;
  const many = [{ ...item, files: some(0) }];
  for (let from = AT_ONCE; from < item.files.length; from += AT_ONCE) many.push({ ...rest, id: mark(), files: some(from) });
  return many;
}

const SHOWN_NAMES = 3;

/** "还没有填：A、B、C 等 9 项。" */
function complaint({ missing, numbers }) {
  const [key, found] = missing.length ? ["unfilled", missing] : ["unnumbered", numbers];
  const names = [...new Set(found.map(([label]) => label))];
  const facts = { names: names.slice(0, SHOWN_NAMES).join(say("and")), n: names.length };
  return say(names.length > SHOWN_NAMES ? `${key}.many` : key, facts);
}

/** Pictures of the same order or device that wait on this phone. */
async function waitingPictures(form) {
  const target = form.elements.target?.value;
  const own = (await store.acts(person)).filter((one) => one.order === orderOf(form) && one.status === "waiting");
  return own.filter((one) => !target || fieldOf(one, "target") === target).reduce((sum, one) => sum + one.files.length, 0);
}

async function submitted(form, submitter) {
  const order = orderOf(form);
  // Said at once: without a network the refusal would come when nobody stands there any more.
  const lacks = unfilled(form, await waitingPictures(form).catch(() => 0));
  const wrong = [...lacks.missing, ...lacks.numbers];
  if (wrong.length) return wrongHere(form, complaint(lacks), wrong.map(([, field]) => field));
  let seq;
  try {
    seq = await record(form, submitter);
  } catch (error) {
    delete form.dataset.sent;
    if (error instanceof RangeError) return wrongHere(form, error.message, [document.getElementById("act_upload")]);
    // No storage on this phone: at least it is sent as any form is.
    if (navigator.onLine) return HTMLFormElement.prototype.submit.call(form);
    return toast(say("full"), "error");
  }
  submitter?.setAttribute("aria-busy", "true");
  leaving = true;
  const sent = await Promise.race([send({ force: true, stay: true }), pause(PATIENCE)]);
  leaving = false;
  submitter?.removeAttribute("aria-busy");
  const item = await store.act(seq);
  const whole = form.matches("[data-draft]") && !(item?.act === "photo" && item.files.length < chosenFiles(form));
  if (item?.status === "refused" && whole) return refusedHere(form, item);
  if (!item && sent?.length) notice(sent);
  else if (item?.status === "waiting") later(say("kept", { act: item.label }), "info");
  if (!item || navigator.serviceWorker?.controller) return location.assign(form.dataset.next || `/field/orders/${order}/`);
  // Without a service worker no page can be opened now: stay, and show it here.
  delete form.dataset.sent;
  sayAgain();
  draw();
}

const chosenFiles = (form) => [...new FormData(form)].filter(([, value]) => value instanceof File && value.size).length;

/** What is wrong, in front of the form and at its fields. */
function wrongHere(form, text, fields) {
  delete form.dataset.sent;
  form.querySelector(".outbox-refused")?.remove();
  const note = Object.assign(document.createElement("div"), { className: "ly-note outbox-refused", tabIndex: -1, textContent: text });
  note.dataset.level = "warning";
  note.setAttribute("role", "alert");
  markWrong(form, fields);
  form.prepend(note);
  note.scrollIntoView({ block: "center" });
  note.focus();
}

/** The server did not take it and the form is still there: say it in the form; sending again replaces the act. */
function refusedHere(form, item) {
  form.dataset.replaces = item.seq;
  const names = { happened_at: "at", file: "upload", files: "upload" };
  const field = document.getElementById(`act_${names[item.answer.field] ?? item.answer.field}`);
  wrongHere(form, item.answer.detail || say("answer.none", { n: item.answer.status }), [field]);
  draw();
}

/** Away with an act, its pictures and what its form would offer again. Returns whether the person agreed. */
async function discard(item) {
  document.getElementById("outbox-list")?.close();
  if (!(await ask(say("discard.ask", { act: item.label, time: clock(item.happened_at) }), say("discard")))) return false;
  await store.remove(item.seq);
  const form = item.act === "look" ? `look-${fieldOf(item, "target")}` : item.act;
  document.body.dispatchEvent(new CustomEvent("draft-done", { detail: { key: `order-${item.order}-${form}` } }));
  await draw();
  send({ force: true });
  return true;
}

/** Who gives up a form that shows a refused act gives up the act: it would stay on the phone, pictures and all. */
async function giveUp(event) {
  const form = event.target.closest("form[data-replaces]");
  if (!form || !event.target.closest(".field-send a, [data-give-up]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const item = await store.act(Number(form.dataset.replaces));
  if (!item || (await discard(item))) location.assign(form.dataset.next || `/field/orders/${orderOf(form)}/`);
}

async function change(item) {
  if (item.form) return location.assign(`/field/orders/${item.order}/${formAt(item)}/?again=${item.seq}`);
  await store.put({ ...item, status: "waiting", next_at: 0 });
  await draw();
  await send({ force: true });
}

const fieldOf = (item, name) => item.fields.find(([field]) => field === name)?.[1];

/** Where the form of an act is: each device of a round has its own. */
const formAt = (item) => (item.act === "look" ? `look/${fieldOf(item, "target")}` : `act/${item.act}`);

/** A form that was opened to change what the server did not take. */
async function refill() {
  const form = document.querySelector("form[data-draft][data-stamp]");
  const query = new URLSearchParams(location.search);
  if (!form) return;
  // A stored page does not know which item was asked for.
  const choice = query.get("item") && [...form.querySelectorAll('[name="check"] option')].find((one) => one.value === query.get("item"));
  if (choice) choice.selected = true;
  const again = query.get("again") && (await store.act(Number(query.get("again"))));
  // The same act opened anew from the order's page: what was typed is not lost, the moment is the new one.
  const act = form.elements.act?.value;
  const same = (one) => one.order === orderOf(form) && one.act === act && fieldOf(one, "target") === form.elements.target?.value;
  const item = again || (await store.acts(person)).find((one) => one.status === "refused" && same(one));
  if (!item || item.person !== person) return;
  if (again) form.dataset.moment = "kept";
  fill(form, item);
  refusedHere(form, item);
}

// --- pages for later --------------------------------------------------------------------------------

async function keepDay() {
  if (location.pathname !== "/field/" || document.body.dataset.stored) return;
  const orders = new Set([...document.querySelectorAll("[data-today] a[href]")].map((link) => link.pathname).filter((path) => /^\/field\/orders\/\d+\/$/.test(path)));
  const waiting = (await store.acts(person)).map((item) => `/field/orders/${item.order}/`);
  await keepToday(orders, waiting, person).catch(() => {});
  document.documentElement.dataset.kept = orders.size;
}

function listen() {
  // On the window: after the page's own script, which stamps the moment and the place.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-stamp]") || event.defaultPrevented || !orderOf(form) || !kit) return;
    event.preventDefault();
    submitted(form, event.submitter);
  });
  addEventListener("click", giveUp, true);
  addEventListener("online", () => send({ force: true }));
  addEventListener("offline", () => (lost(), draw()));
  document.addEventListener("visibilitychange", () => document.hidden || send());
  document.addEventListener("DOMContentLoaded", sayAgain);
  setInterval(() => document.hidden || send(), TICK);
}

async function start() {
  listen();
  await settleOwner(person);
  await navigator.serviceWorker?.register("/sw.js").catch(() => {});
  await draw();
  await refill();
  await send({ force: true });
  if (mood === "ok") await keepDay();
}

if (person) start();
