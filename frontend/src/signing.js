// Signing in and out without a network: kept on the phone with its time and place, sent as soon as it can be.
import { ask as confirmed } from "./confirm.js";
import { mark, read } from "./outbox/form.js";
import { keepPage, settleOwner } from "./outbox/pages.js";
import { clock, el, icon, say } from "./outbox/say.js";
import { alone, ask, formOf, greet } from "./outbox/send.js";
import * as store from "./outbox/store.js";

const TICK = 15_000; // milliseconds
const HERE = "/attendance/";
const person = document.body.dataset.person;
const toast = (text, level) => document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, level } }));

/** Send what waits, one after the other. Returns what the server took. */
function flush() {
  return alone(async () => {
    const sent = [];
    let session = null;
    for (const item of await store.signs(person)) {
      if (item.refused) continue;
      session ??= await greet(person);
      if (!session) return sent;
      const answer = await ask(HERE, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": session.token, "Idempotency-Key": item.id },
        body: formOf(item, session.off),
      });
      if (answer.status === 200 && answer.json?.sign) {
        await store.removeSign(item.seq);
        sent.push({ ...item, doubt: answer.json.doubt });
      } else if (answer.status >= 400 && answer.status < 500 && answer.status !== 401 && answer.status !== 403 && answer.status !== 429) {
        await store.putSign({ ...item, refused: answer.json?.detail || say("answer.none", { n: answer.status }) });
      } else {
        return sent; // no network, no log-in, or the server is busy: it waits
      }
    }
    return sent;
  });
}

async function draw() {
  const items = await store.signs(person);
  const box = document.querySelector(".staffing-kept");
  box.hidden = !items.length;
  box.querySelector("ul").replaceChildren(...items.map((item) => {
    const line = el("li", {}, el("b", { className: "nb" }, `${item.label} ${clock(item.happened_at)}`),
      el("span", {}, item.refused ? say("answer", { text: item.refused }) : say("item.waiting")));
    if (!item.refused) return line;
    const away = el("button", { className: "btn btn-sm", type: "button" }, icon("trash"), say("discard"));
    away.addEventListener("click", () => discard(item));
    line.append(away);
    return line;
  }));
  const offline = !navigator.onLine || Boolean(document.body.dataset.stored);
  document.querySelector("[data-offline]").hidden = !offline;
  const made = document.body.dataset.stored;
  document.querySelector("[data-stored-at]").textContent = made ? say("stored.at", { time: clock(Date.parse(made)) }) : "";
}

async function discard(item) {
  if (!(await confirmed(say("discard.ask", { act: item.label, time: clock(item.happened_at) }), say("discard")))) return;
  await store.removeSign(item.seq);
  await draw();
}

async function send() {
  const sent = await flush();
  await draw();
  for (const item of sent) toast(item.doubt ? say("sign.doubt", { act: item.label }) : say("done", { act: item.label }), item.doubt ? "warning" : "success");
  if (sent.length) await renew();
}

/** The windows as the server sees them now, without losing what the toast says. */
async function renew() {
  const answer = await fetch(HERE, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  delete document.body.dataset.stored;
  for (const old of document.querySelectorAll(".staffing-sign .staffing-windows")) {
    const title = old.closest("section").getAttribute("aria-labelledby");
    const now = fresh.querySelector(`section[aria-labelledby="${title}"] .staffing-windows`);
    if (now) old.replaceWith(document.adoptNode(now));
  }
  await draw();
  keepPage(HERE, person).catch(() => {});
}

async function submitted(form, submitter) {
  try {
    const told = await read(form, submitter);
    const label = submitter?.textContent.trim() || told.act;
    await store.putSign({ ...told, id: mark(), person, label, refused: "" });
    navigator.storage?.persist?.();
    if (!navigator.onLine) toast(say("kept", { act: label }), "info");
  } catch (error) {
    // No storage on this phone: at least it is sent as any form is.
    if (navigator.onLine && !(error instanceof RangeError)) return HTMLFormElement.prototype.submit.call(form);
    return toast(error instanceof RangeError ? error.message : say("full"), "error");
  } finally {
    delete form.dataset.sent;
  }
  form.reset();
  await draw();
  await send();
}

function listen() {
  // On the window: after the page's own script, which stamps the moment and the place.
  addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-stamp]") || event.defaultPrevented) return;
    event.preventDefault();
    submitted(event.target, event.submitter);
  });
  addEventListener("online", send);
  addEventListener("offline", draw);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  setInterval(() => document.hidden || send(), TICK);
}

async function start() {
  listen();
  await settleOwner(person);
  await navigator.serviceWorker?.register("/sw.js").catch(() => {});
  await draw();
  await send();
  if (navigator.onLine && !document.body.dataset.stored) {
    await keepPage(HERE, person).catch(() => {});
    document.documentElement.dataset.kept = "1";
  }
}

if (person) start();
