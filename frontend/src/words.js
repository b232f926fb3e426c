// Sentences the script shows come from the page in the person's language: <script type="application/json" id="luyue-words">.
let table;

/** The sentence for `key`, with {name} replaced from `facts`. */
export function words(key, facts = {}) {
  table ??= JSON.parse(document.getElementById("luyue-words")?.textContent || "{}");
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}
