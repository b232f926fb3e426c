// Forms with data-draft="key" keep what was typed in this browser until the server took it, also over a log-out.
// A draft belongs to a person: the next one at the same machine does not get it.
import { words } from "./words.js";

const PREFIX = "luyue-draft:";
const person = () => document.body.dataset.person;
const nameOf = (form) => `${PREFIX}${person()}:${form.dataset.draft}`;
const kept = (field) =>
  field.name && !field.disabled && !["password", "file", "hidden", "submit", "button"].includes(field.type);

function save(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    const list = (values[field.name] ??= []);
    if (field.type === "checkbox" || field.type === "radio") field.checked && list.push(field.value);
    else if (field.multiple) list.push(...[...field.selectedOptions].map((option) => option.value));
    else list.push(field.value);
  }
  localStorage.setItem(nameOf(form), JSON.stringify({ values }));
}

function restore(form, values) {
  let changed = false;
  const nth = {};
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in values)) continue;
    const list = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") {
      changed ||= field.checked !== list.includes(field.value);
      field.checked = list.includes(field.value);
    } else if (field.multiple) {
      for (const option of field.options) option.selected = list.includes(option.value);
    } else {
      const value = list[(nth[field.name] = (nth[field.name] ?? -1) + 1)] ?? "";
      changed ||= field.value !== value;
      field.value = value;
    }
  }
  return changed;
}

const awaited = new WeakMap(); // form → what its draft says of fields that were not there yet

/** Fields that come later, with what another field has fetched, get their part of the draft. */
function restoreLate(part) {
  const form = part.closest?.("form[data-draft]");
  const values = form && awaited.get(form);
  if (!values) return;
  const came = [...form.elements].filter((field) => part.contains(field) && field.name in values);
  if (!came.length) return;
  restore({ elements: came }, values);
  for (const field of came) delete values[field.name];
  for (const field of came) field.dispatchEvent(new Event("change", { bubbles: true }));
}

function announce(form) {
  const note = document.getElementById("luyue-draft-note").content.firstElementChild.cloneNode(true);
  note.querySelector("button").addEventListener("click", () => {
    awaited.delete(form);
    form.reset();
    // What had been fetched for the draft's values goes with them; saying so keeps no new draft.
    for (const field of form.elements) if (kept(field)) field.dispatchEvent(new Event("change", { bubbles: true }));
    localStorage.removeItem(nameOf(form));
    note.remove();
  });
  form.prepend(note);
}

/** Give a form its draft back, unless the server has just sent it with its own values (data-bound). */
function take(form) {
  if (form.dataset.draftReady) return;
  form.dataset.draftReady = "1";
  const text = localStorage.getItem(nameOf(form));
  if (text && !("bound" in form.dataset)) {
    const values = JSON.parse(text).values;
    // What the address says is asked for now: who comes from a contract's page does not get the contract of a draft.
    for (const [name, said] of new URLSearchParams(location.search)) if (said) delete values[name];
    if (restore(form, values)) announce(form);
    const there = new Set([...form.elements].map((field) => field.name));
    awaited.set(form, Object.fromEntries(Object.entries(values).filter(([name]) => !there.has(name))));
  }
  form.addEventListener("input", () => save(form));
  form.addEventListener("change", () => save(form));
  form.addEventListener("submit", () => {
    save(form);
    const draft = JSON.parse(localStorage.getItem(nameOf(form)));
    localStorage.setItem(nameOf(form), JSON.stringify({ ...draft, sent: true }));
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt === form) localStorage.removeItem(nameOf(form));
  });
}

/** A plain form was sent and the server answered with another page: it took the data. */
function dropTaken() {
  for (let i = localStorage.length - 1; i >= 0; i--) {
    const key = localStorage.key(i);
    if (!key.startsWith(`${PREFIX}${person()}:`)) continue;
    const form = [...document.querySelectorAll("form[data-draft]")].find((candidate) => nameOf(candidate) === key);
    if (JSON.parse(localStorage.getItem(key)).sent && !form) localStorage.removeItem(key);
  }
  for (const done of document.querySelectorAll("[data-draft-done]")) {
    localStorage.removeItem(`${PREFIX}${person()}:${done.dataset.draftDone}`);
  }
}

export function startDrafts() {
  if (!person()) return; // log-in and error pages: keep everything as it is
  if (!document.body.hasAttribute("data-refused")) dropTaken();
  htmxLoad(document.body);
  document.body.addEventListener("htmx:load", (event) => htmxLoad(event.detail.elt));
  document.body.addEventListener("draft-done", (event) => {
    localStorage.removeItem(`${PREFIX}${person()}:${event.detail.key ?? event.detail.value}`);
  });
}

function htmxLoad(root) {
  restoreLate(root);
  if (root.matches?.("form[data-draft]")) take(root);
  root.querySelectorAll?.("form[data-draft]").forEach(take);
}
