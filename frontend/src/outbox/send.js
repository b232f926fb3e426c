// Sending what waits: one after the other for each order, once by its mark, with a fresh token.
import { after, clockOff, meaning, sendable } from "./rules.js";
import * as store from "./store.js";

/** How it stands: "ok", "offline" (no answer), "login" (the session ended), "other" (somebody else is logged in). */
export let mood = navigator.onLine && !document.body.dataset.stored ? "ok" : "offline";
export const lost = () => (mood = "offline");

export async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") return { status: 0, login: true };
    const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json().catch(() => null) : null;
    return { status: answer.status, json };
  } catch {
    return { status: 0 };
  }
}

/** A fresh token, and how far this device's clock is off. null: not to be had, `mood` says why. */
export async function greet(person) {
  const asked = Date.now();
  const answer = await ask("/field/token/", { headers: { Accept: "application/json" } });
  if (answer.json?.person && String(answer.json.person) === person) {
    mood = "ok";
    return { token: answer.json.token, off: clockOff(asked, Date.now(), Date.parse(answer.json.now)) };
  }
  mood = answer.json?.person ? "other" : meaning(answer) === "login" ? "login" : "offline";
  return null;
}

export function formOf(item, off) {
  const form = new FormData();
  form.append("act", item.act);
  for (const [name, value] of item.fields) form.append(name, value);
  for (const file of item.files) form.append(file.field, file.blob, file.name);
  form.append("happened_at", new Date(item.happened_at).toISOString());
  form.append("sent_at", new Date().toISOString());
  form.append("clock_off", String(off));
  if (item.position) form.append("position", item.position);
  return form;
}

const sendOne = (item, session) =>
  ask(`/field/orders/${item.order}/acts/`, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": session.token, "Idempotency-Key": item.id },
    body: formOf(item, session.off),
  });

// One tab sends at a time; without locks (no HTTPS) the marks still keep everything at once only.
export const alone = (work) => (navigator.locks ? navigator.locks.request("luyue-outbox", work) : work());

/**
 * Send what can be sent. force: also what is in its pause.
 * Returns what was sent: a list of { order, label, answer }.
 */
export function flush(person, { force = false, changed = () => {} } = {}) {
  return alone(async () => {
    const sent = [];
    let session = null;
    const tried = new Set();
    for (;;) {
      const [item] = sendable(await store.acts(person), Date.now(), { force }).filter((one) => !tried.has(one.seq));
      if (!item) {
        if (mood === "offline" && !session) await greet(person); // is it back?
        return sent;
      }
      session ??= await greet(person);
      if (!session) return sent;
      const answer = await sendOne(item, session);
      const told = meaning(answer);
      if (told === "token" && !item.renewed) {
        session = await greet(person);
        if (!session) return sent;
        if (await store.act(item.seq)) await store.put({ ...item, renewed: true });
        continue;
      }
      if (told !== "done") tried.add(item.seq);
      if (told === "login") mood = "login";
      else if (answer.status === 0) mood = "offline";
      // The item may have been thrown away on the page meanwhile; what is gone stays gone.
      const next = (await store.act(item.seq)) && after(item, answer, Date.now());
      if (answer.json?.order) await store.learn(answer.json.order);
      if (next) await store.put({ ...next, renewed: false });
      else await store.remove(item.seq);
      if (told === "done") sent.push({ order: item.order, label: item.label, answer: answer.json });
      await changed();
      if (mood !== "ok") return sent;
    }
  });
}
