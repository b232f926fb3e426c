// Forms of acts: what a form says becomes an item of the outbox, and an item fills its form again.
import { lacking } from "./lacking.js";
import { kindOf, shrunk } from "./photos.js";
import { say } from "./say.js";

const NOT_KEPT = new Set(["csrfmiddlewaretoken", "act", "key", "happened_at", "sent_at", "position", "back", "clock_off"]);
const PAPERS = new Set(["paper", "confirm", "refuse"]); // drawings and signed sheets, read closely later
export const MOST_FILES = 10;
export const LARGEST = 30 * 1024 * 1024; // bytes

export const mark = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
  (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

/** The order that a form's act is for. */
export const orderOf = (form) => Number(new URL(form.action).pathname.match(/^\/field\/orders\/(\d+)\/acts\/$/)?.[1] ?? 0);

/** Why the files cannot be taken, as a sentence, or "". split: they are sent a few at a time. */
export function trouble(files, { split = false } = {}) {
  if (files.length > MOST_FILES && !split) return say("files.many", { n: MOST_FILES });
  const large = files.find((file) => file.size > LARGEST);
  return large ? say("files.large", { name: large.name, n: LARGEST / 1024 / 1024 }) : "";
}

const empty = (field) =>
  field.type === "radio" || field.type === "checkbox" ? !field.checked : field.type === "file" ? !field.files.length : !field.value.trim();

/** Fields with a star that are shown and have nothing in them: [what the label says, its first field]. */
function starred(form) {
  return [...form.querySelectorAll(".ly-field")].flatMap((box) => {
    const star = box.querySelector(".ly-must");
    const fields = [...box.querySelectorAll("input, select, textarea")].filter((field) => field.name && !field.disabled);
    if (!star || !box.offsetParent || !fields.length || !fields.every(empty)) return [];
    return [[star.parentElement.firstChild.textContent.trim(), fields[0]]];
  });
}

/** What a field is called on the page, and where to lead to: a check item as a whole, the pad of a signature. */
function named(form, name) {
  const field = document.getElementById(`act_${name}`);
  const item = field?.closest(".round-item");
  if (item) return [item.querySelector("legend").textContent.trim(), item.id === field.id ? item : field];
  const label = form.querySelector(`label[for="act_${CSS.escape(name)}"]`) ?? field?.closest(".ly-field")?.querySelector(".form-label, legend");
  return [label?.firstChild.textContent.trim() || name, field?.closest("[data-sign]")?.querySelector("canvas") ?? field];
}

const limit = (text) => (text === undefined ? null : Number(text));
const checkItems = (form) => [...form.querySelectorAll(".round-item")].map((item) => {
  const { low, high, drift } = item.querySelector(".round-number input")?.dataset ?? {};
  return { id: item.id.slice("act_item-".length), kind: item.dataset.kind, low: limit(low), high: limit(high), drift: drift !== undefined };
});

/**
 * What has to be put right before it is kept: { missing, numbers }, each a list of [what the label says, its field].
 * waiting: pictures of the same thing that wait on this phone.
 */
export function unfilled(form, waiting = 0) {
  const stars = starred(form);
  const data = [...new FormData(form)];
  const given = Object.fromEntries(data.filter(([, value]) => typeof value === "string"));
  const files = data.filter(([, value]) => value instanceof File && value.size).length;
  const has = waiting + Number(form.dataset.has ?? 0);
  const found = lacking(given.act, given, { files, has, items: checkItems(form) });
  const others = found.missing.map((name) => named(form, name)).filter(([, field]) => !stars.some(([, star]) => star === field));
  return { missing: [...stars, ...others], numbers: found.numbers.map((name) => named(form, name)) };
}

/** Mark fields as wrong, and no others. */
export function markWrong(form, fields) {
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.classList.remove("is-invalid");
  }
  for (const field of fields) {
    field?.setAttribute("aria-invalid", "true");
    field?.classList.add("is-invalid");
  }
}

/** The picture made smaller. Raises RangeError if it is none that anybody could look at: said while it can be taken anew. */
async function picture(file) {
  const small = await shrunk(file);
  const kind = kindOf(new Uint8Array(await small.slice(0, 12).arrayBuffer()));
  if (kind !== "picture") throw new RangeError(say(`files.${kind}`, { name: file.name }));
  return small;
}

/** What was filled in; files are read now, since a phone may not give them again later. */
export async function read(form, submitter) {
  const data = new FormData(form, submitter);
  const files = [...data].filter(([, value]) => value instanceof File && value.size > 0);
  // One after the other: ten decoded photographs at once are more than a phone's memory. Papers are kept to the letter.
  const pictures = !PAPERS.has(data.get("act"));
  if (pictures) for (const pair of files) pair[1] = await picture(pair[1]);
  const problem = trouble(files.map(([, file]) => file), { split: data.get("act") === "photo" });
  if (problem) throw new RangeError(problem);
  return {
    act: data.get("act"),
    fields: [...data].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name)),
    files: await Promise.all(files.map(async ([field, file]) => ({
      field, name: file.name, blob: new Blob([await file.arrayBuffer()], { type: file.type }),
    }))),
    happened_at: Date.parse(data.get("happened_at")) || Date.now(),
    position: data.get("position") || "",
  };
}

/** Fill a form from an item, files and signature too. */
export function fill(form, item) {
  for (const [name, value] of item.fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
      else if (field.type !== "file") field.value = value;
    }
    const pad = form.querySelector(`[data-sign] input[name="${CSS.escape(name)}"]`);
    if (pad && value) showSignature(pad, value);
  }
  for (const name of new Set(item.files.map((file) => file.field))) {
    const input = [...form.querySelectorAll(`input[type=file][name="${CSS.escape(name)}"]`)].pop();
    if (!input) continue;
    const chosen = new DataTransfer();
    for (const file of item.files) if (file.field === name) chosen.items.add(new File([file.blob], file.name, { type: file.blob.type }));
    input.files = chosen.files;
  }
  // The page shows what is chosen when somebody chooses.
  for (const field of form.querySelectorAll("input[type=file], input[type=radio]:checked")) {
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function showSignature(input, address) {
  const canvas = input.closest("[data-sign]").querySelector("canvas");
  const picture = new Image();
  picture.onload = () => {
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.clientWidth, canvas.clientHeight);
    input.value = address;
  };
  picture.src = address;
}
