// What waits on this phone: IndexedDB "luyue-field", one row an act or a sign-in; beside them the last known state of the
// orders.
const NAME = "luyue-field";
let opened;

function open() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = () => {
      const known = request.result.objectStoreNames;
      for (const name of ["acts", "signs"]) {
        if (!known.contains(name)) request.result.createObjectStore(name, { keyPath: "seq", autoIncrement: true });
      }
      if (!known.contains("orders")) request.result.createObjectStore("orders", { keyPath: "id" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  return opened;
}

/** Run one request in a transaction; resolves when it is on the disk, not before. */
async function run(store, mode, ask) {
  const transaction = (await open()).transaction(store, mode, { durability: "strict" });
  return new Promise((done, failed) => {
    const request = ask(transaction.objectStore(store));
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
  });
}

/** The acts of one person in the order in which they were done. */
export const acts = async (person) => (await run("acts", "readonly", (store) => store.getAll())).filter((one) => one.person === person);
export const act = (seq) => run("acts", "readonly", (store) => store.get(seq));
export const put = (item) => run("acts", "readwrite", (store) => store.put(item));
export const remove = (seq) => run("acts", "readwrite", (store) => store.delete(seq));

/** Sign-ins of one person that wait, in the order in which they were made. */
export const signs = async (person) => (await run("signs", "readonly", (store) => store.getAll())).filter((one) => one.person === person);
export const putSign = (item) => run("signs", "readwrite", (store) => store.put(item));
export const removeSign = (seq) => run("signs", "readwrite", (store) => store.delete(seq));

/** What the server said last of an order. */
export const known = (order) => run("orders", "readonly", (store) => store.get(order));
export const learn = ({ id, state, version }) => run("orders", "readwrite", (store) => store.put({ id, state, version }));
export const forgetOrders = () => run("orders", "readwrite", (store) => store.clear());
