// The form of a device on a round: notes open where they are needed, one touch for all that is well.
(() => {
  const form = document.querySelector(".round-form");
  if (!form) return;
  const items = [...form.querySelectorAll(".round-item")];
  const chosen = (item) => item.querySelector("input[type=radio]:checked")?.value ?? "";

  function settle(item) {
    const note = item.querySelector(".round-note");
    const asks = item.dataset.kind === "text" || note.value || ["flag", "fail", "na"].includes(chosen(item));
    item.toggleAttribute("data-asks", Boolean(asks));
  }

  const number = (text) => Number(text.trim().replace(/[,，。]/, "."));
  function measure(item) {
    const input = item.querySelector(".round-number input");
    if (!input) return;
    const { low, high } = input.dataset;
    const value = input.value.trim() ? number(input.value) : NaN;
    item.querySelector("[data-off]").hidden = !((low !== undefined && value < Number(low)) || (high !== undefined && value > Number(high)));
  }

  const all = form.querySelector("[data-all-ok]");
  const open = () => items.filter((item) => item.querySelector("input[value=ok]") && !chosen(item));
  function offer() {
    all.hidden = open().length < 2;
  }

  form.dataset.live = "1";
  form.addEventListener("change", (event) => {
    const item = event.target.closest(".round-item");
    if (!item) return;
    settle(item);
    offer();
    if (event.target.type === "radio" && ["flag", "fail", "na"].includes(event.target.value)) item.querySelector(".round-note").focus();
  });
  all.addEventListener("click", () => {
    for (const item of open()) item.querySelector("input[value=ok]").checked = true;
    offer();
    form.dispatchEvent(new Event("input", { bubbles: true })); // drafts are kept
  });
  // A choice is taken back by touching it again.
  form.addEventListener("click", (event) => {
    const input = event.target.closest(".round-verdicts label")?.querySelector("input");
    if (!input || event.target !== input) return;
    if (input.dataset.was === "1") {
      input.checked = false;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const one of form.querySelectorAll(`input[name="${CSS.escape(input.name)}"]`)) one.dataset.was = one.checked ? "1" : "";
  });
  form.addEventListener("input", (event) => event.target.closest(".round-item") && measure(event.target.closest(".round-item")));
  for (const item of items) {
    settle(item);
    measure(item);
    for (const input of item.querySelectorAll("input[type=radio]")) input.dataset.was = input.checked ? "1" : "";
  }
  offer();
})();
