// Which messages go where: a box on each heading for its whole group, and a search over the names.
(() => {
  const box = document.querySelector("[data-choices]");
  if (!box) return;
  const topics = [...box.querySelectorAll("[data-topic]")];
  const shown = (topic, way) =>
    [...topic.querySelectorAll(`tr[data-kind]:not([hidden]) input[data-way="${way}"]`)];

  function mark(topic) {
    for (const all of topic.querySelectorAll("[data-all]")) {
      const boxes = shown(topic, all.dataset.all);
      const on = boxes.filter((one) => one.checked).length;
      all.checked = boxes.length > 0 && on === boxes.length;
      all.indeterminate = on > 0 && on < boxes.length;
      all.closest("label").hidden = boxes.length === 0;
    }
  }

  box.addEventListener("change", (event) => {
    const topic = event.target.closest("[data-topic]");
    if (!topic) return;
    const way = event.target.dataset.all;
    // What the search has hidden is left as it is.
    if (way) for (const one of shown(topic, way)) one.checked = event.target.checked;
    mark(topic);
  });

  const search = box.querySelector("[data-choices-search]");
  function find() {
    const wanted = search.value.trim().toLowerCase();
    let some = false;
    for (const topic of topics) {
      const whole = topic.querySelector("h3").textContent.toLowerCase().includes(wanted);
      let any = false;
      for (const row of topic.querySelectorAll("tr[data-kind]")) {
        row.hidden = !(whole || row.querySelector("th").textContent.toLowerCase().includes(wanted));
        any ||= !row.hidden;
      }
      topic.hidden = !any;
      some ||= any;
      mark(topic);
    }
    box.querySelector("[data-choices-none]").hidden = some;
  }
  search.hidden = false;
  search.addEventListener("input", find);
  // Enter looks, it does not save.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  window.addEventListener("pageshow", find);
  find();
})();
