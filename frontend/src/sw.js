// Service worker of the field pages. The server puts self.RELEASE before this: { version, files, offline }.
// Field pages come from the network first and from the phone's store without one; nothing else of the pages is kept.
import { FIELD, FORGET, PAGES } from "./outbox/pages.js";

const { version, files, offline } = self.RELEASE;
const ASSETS = `luyue-assets-${version}`;
const PATIENCE = 6000; // milliseconds until a page in the store is better than one that does not come
let forgotten = 0; // how often the phone was emptied; what was asked for before is not kept
const paths = new Set(files.map((file) => new URL(file, location.origin).pathname));

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(ASSETS);
    await cache.addAll([...files, offline].map((file) => new Request(file, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("luyue-assets-") && name !== ASSETS) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (paths.has(url.pathname)) event.respondWith(asset(request, url));
  else if (request.mode === "navigate") event.respondWith(page(event, url));
});

self.addEventListener("message", (event) => {
  if (event.data !== FORGET) return;
  forgotten += 1;
  event.ports[0].postMessage(true);
});

/** A file of this release. With its version in the address it never changes; without, the network knows better. */
async function asset(request, url) {
  const cache = await caches.open(ASSETS);
  if (url.search) return (await cache.match(request.url)) ?? fetch(request).catch(() => cache.match(request.url, { ignoreSearch: true }));
  return fetch(request).catch(async () => (await cache.match(request.url, { ignoreSearch: true })) ?? Response.error());
}

async function page(event, url) {
  const kept = FIELD.test(url.pathname);
  const before = forgotten;
  const coming = fetch(event.request);
  try {
    const answer = await (kept ? Promise.race([coming, impatience(url)]) : coming);
    if (kept && answer.ok && !answer.stored) event.waitUntil(keep(url, answer.clone(), before));
    return answer;
  } catch {
    return (kept && (await stored(url))) || (await caches.match(offline)) || Response.error();
  }
}

/** The stored page after a while; never, if there is none. */
async function impatience(url) {
  await new Promise((done) => setTimeout(done, PATIENCE));
  const copy = await stored(url);
  return copy ? Object.assign(copy, { stored: true }) : new Promise(() => {});
}

async function keep(url, answer, before) {
  const html = await answer.blob();
  if (before !== forgotten) return;
  const cache = await caches.open(PAGES);
  await cache.put(url.pathname, new Response(html, { headers: answer.headers }));
  if (before !== forgotten) await caches.delete(PAGES); // it was emptied while the page was put in
}

/** A page out of the store, marked with the time of its making. */
async function stored(url) {
  const copy = await caches.match(url.pathname, { cacheName: PAGES }); // does not make the store, as opening it would
  if (!copy) return null;
  const html = (await copy.text()).replace("<body", `<body data-stored="${new Date(copy.headers.get("Date") ?? 0).toISOString()}"`);
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8" });
  const policy = copy.headers.get("Content-Security-Policy");
  if (policy) headers.set("Content-Security-Policy", policy);
  return new Response(html, { headers });
}
