// Copies of field pages for the time without a network. They belong to one person; nobody else's are kept beside them.
export const PAGES = "luyue-field-pages";
const OWNER = "luyue-field-owner";
export const FIELD = /^\/field\/(orders\/\d+\/((act\/[\w-]+|look\/\d+)\/)?)?$/;

/** Another person at this phone: the first one's pages go. */
export async function settleOwner(person) {
  const before = localStorage.getItem(OWNER);
  if (before && before !== person) await dropPages();
}

export async function dropPages() {
  localStorage.removeItem(OWNER);
  await globalThis.caches?.delete(PAGES);
}

/** Fetch an order's page and the forms of its acts, in one answer, and keep them. */
export async function keepOrder(address, person) {
  const answer = await fetch(address + "ahead/", { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) return;
  const { pages } = await answer.json();
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    Date: answer.headers.get("Date") ?? new Date().toUTCString(),
    "Content-Security-Policy": answer.headers.get("Content-Security-Policy") ?? "default-src 'self'",
  };
  localStorage.setItem(OWNER, person);
  const cache = await caches.open(PAGES);
  for (const [path, html] of Object.entries(pages)) await cache.put(path, new Response(html, { headers }));
}

/** Keep today's orders, and no others but those for which something waits. */
export async function keepToday(orders, waiting, person) {
  if (!globalThis.caches) return;
  const cache = await caches.open(PAGES);
  const wanted = new Set([...orders, ...waiting]);
  for (const request of await cache.keys()) {
    const order = new URL(request.url).pathname.match(/^\/field\/orders\/\d+\//)?.[0];
    if (order && !wanted.has(order)) await cache.delete(request);
  }
  // The list itself came before the worker did, the first time.
  const list = await fetch("/field/", { redirect: "manual" });
  if (list.ok) await cache.put("/field/", list);
  for (const order of wanted) await keepOrder(order, person);
}
