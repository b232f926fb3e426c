// Phones are shared: who logs out leaves nothing of the field pages behind, and is warned while something is unsent.
import { ask } from "./confirm.js";
import { announceLeaving, dropPages, settleOwner } from "./outbox/pages.js";
import * as store from "./outbox/store.js";
import { forgetSeen } from "./searching.js";
import { words } from "./words.js";

/** The person's acts that wait on this phone. Looks only where there is a store: it is not made for everybody. */
async function waiting(person) {
  const known = await indexedDB.databases?.().catch(() => null);
  if (known && !known.some((one) => one.name === "luyue-field")) return [];
  return store.acts(person).catch(() => []);
}

async function leave(form, person) {
  const items = await waiting(person);
  if (items.length && !(await ask(words("leave.unsent", { n: items.length }), words("leave.act")))) return;
  for (const item of items) await store.remove(item.seq);
  forgetSeen();
  announceLeaving();
  await dropPages();
  HTMLFormElement.prototype.submit.call(form);
}

export function startLeaving() {
  const person = document.body.dataset.person;
  if (!person) return;
  settleOwner(person);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-leave]")) return;
    event.preventDefault();
    leave(event.target, person);
  });
}
