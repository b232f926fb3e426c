// Rules of the outbox, without browser: what is sent next, what an answer means, which state an order is in by now.
//
// An item: { seq, id, person, order, act, status: "waiting" | "refused", tries, next_at, files, answer }. seq orders the
// acts of a phone; id is the mark by which the server does an act once. Times are milliseconds since 1970.

export const FIRST_PAUSE = 5_000;
export const LONGEST_PAUSE = 300_000;
const AGAIN = new Set([408, 425, 429]);

/** Milliseconds to wait after the n-th try that got no answer. */
export const pause = (tries) => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, tries - 1));

// Acts that add to an order without moving it on. Often they are what a refused act was lacking.
export const BESIDE = new Set(["log", "photo", "part", "check", "paper", "look"]);

/**
 * Items that may be sent now: of each order the first one. Behind a refused one the order waits; only acts that add to it
 * go past, as long as none that moves it on stands between.
 */
export function sendable(items, now, { force = false } = {}) {
  const first = new Map();
  const held = new Set();
  for (const item of [...items].sort((a, b) => a.seq - b.seq)) {
    if (first.has(item.order)) continue;
    if (item.status === "refused") held.add(item.order);
    else first.set(item.order, held.has(item.order) && !BESIDE.has(item.act) ? null : item);
  }
  return [...first.values()].filter((item) => item?.status === "waiting" && (force || (item.next_at ?? 0) <= now));
}

/** Whether a refused act, done anew, keeps its place: what moves the order on waits behind it. Else it comes last. */
export const keepsPlace = (items, refused) =>
  items.some((one) => one.order === refused.order && one.seq > refused.seq && !BESIDE.has(one.act));

/**
 * What an answer means: "done", "refused" (a person has to decide), "login", "token" (a fresh one is needed), "later".
 * status 0: no answer came. login: the answer led to the log-in page. json: the body, if it was JSON.
 */
export function meaning({ status, login = false, json = null }) {
  if (login || status === 401) return "login";
  if (status >= 200 && status < 300) return json?.done ? "done" : "later"; // e.g. the page of a hotel's network
  if (status === 403 && !json) return "token";
  if (status >= 400 && status < 500 && !AGAIN.has(status)) return "refused";
  return "later";
}

/** The item after an answer: null when it is done with. */
export function after(item, answer, now) {
  switch (meaning(answer)) {
    case "done":
      return null;
    case "refused": {
      const { code = "", detail = "", facts = {}, order = null } = answer.json ?? {};
      const said = { status: answer.status, code, detail, field: facts.field ?? "", state: order?.state_word ?? "" };
      return { ...item, status: "refused", answer: said, tries: item.tries + 1 };
    }
    case "login":
      return item;
    default:
      return { ...item, tries: item.tries + 1, next_at: now + pause(item.tries + 1) };
  }
}

/** How many acts wait, how many are refused, how many files are among them, and since when. */
export function counts(items) {
  return {
    waiting: items.filter((item) => item.status === "waiting").length,
    refused: items.filter((item) => item.status === "refused").length,
    photos: items.reduce((sum, item) => sum + (item.files?.length ?? 0), 0),
    since: items.reduce((first, item) => (first === null || item.happened_at < first ? item.happened_at : first), null),
  };
}

/**
 * The state of an order after the acts that wait on this phone.
 * kit: { state, version, after: { state: { act: state } } } of the page; known: { state, version } of the server's last
 * answer, which is newer than a page out of the cache.
 */
export function stateOf(kit, known, items) {
  let state = known && known.version > kit.version ? known.state : kit.state;
  for (const item of [...items].sort((a, b) => a.seq - b.seq)) {
    if (item.status === "waiting") state = kit.after[state]?.[item.act] ?? state;
  }
  return state;
}

/** Seconds that the server's clock is ahead of the device's: the server's time in the middle of a question. */
export const clockOff = (asked, answered, server) => Math.round((server - (asked + answered) / 2) / 1000);
