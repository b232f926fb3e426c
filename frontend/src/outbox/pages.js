// Copies of field pages for the time without a network. They belong to one person; nobody else's are kept beside them.
export const PAGES = "luyue-field-pages";
export const FORGET = "luyue-field-forget";
const OWNER = "luyue-field-owner";
export const FIELD = /^\/(attendance\/|field\/(orders\/\d+\/((act\/[\w-]+|look\/\d+)\/)?)?)$/;

/** Another person at this phone: the first one's pages go. */
export async function settleOwner(person) {
  const before = localStorage.getItem(OWNER);
  if (before && before !== person) await dropPages();
}

/** All pages go, also those that the worker has asked for and would keep when they come. */
export async function dropPages() {
  localStorage.removeItem(OWNER);
  await told(navigator.serviceWorker?.controller);
  await globalThis.caches?.delete(PAGES);
}

/** The worker has heard that nothing is to be kept that was asked for before; one that does not answer is not waited for. */
function told(worker) {
  if (!worker) return null;
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(FORGET, [port2]);
  return Promise.race([new Promise((done) => (port1.onmessage = done)), new Promise((done) => setTimeout(done, 1000))]);
}

/** Who logs out says so first: what is on its way then is not kept any more. */
export function announceLeaving() {
  document.documentElement.dataset.leaving = "";
}

const leaving = () => "leaving" in document.documentElement.dataset;

/** The store; null when there is none, or none to be made any more. */
async function opened() {
  if (!globalThis.caches || leaving()) return null;
  const cache = await caches.open(PAGES);
  if (!leaving()) return cache;
  await caches.delete(PAGES);
  return null;
}

/** Fetch an order's page and the forms of its acts, in one answer, and keep them. */
export async function keepOrder(address, person) {
  const answer = await fetch(address + "ahead/", { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) return;
  const { pages } = await answer.json();
  const cache = await opened();
  if (!cache) return;
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    Date: answer.headers.get("Date") ?? new Date().toUTCString(),
    "Content-Security-Policy": answer.headers.get("Content-Security-Policy") ?? "default-src 'self'",
  };
  localStorage.setItem(OWNER, person);
  for (const [path, html] of Object.entries(pages)) await cache.put(path, new Response(html, { headers }));
}

/** Keep one page as it is now. */
export async function keepPage(path, person) {
  const answer = await fetch(path, { redirect: "manual" });
  const cache = answer.ok ? await opened() : null;
  if (!cache) return;
  localStorage.setItem(OWNER, person);
  await cache.put(path, answer);
}

/** Keep today's orders, and no others but those for which something waits. */
export async function keepToday(orders, waiting, person) {
  const cache = await opened();
  if (!cache) return;
  const wanted = new Set([...orders, ...waiting]);
  for (const request of await cache.keys()) {
    const order = new URL(request.url).pathname.match(/^\/field\/orders\/\d+\//)?.[0];
    if (order && !wanted.has(order)) await cache.delete(request);
  }
  // The list itself came before the worker did, the first time.
  const list = await fetch("/field/", { redirect: "manual" });
  if (list.ok) await (await opened())?.put("/field/", list);
  for (const order of wanted) await keepOrder(order, person);
}
