// Planning: between a change and its new preview nothing can be sent, since nobody has seen yet what would happen.
(() => {
  const form = document.querySelector("form.field-plan[hx-post]");
  if (!form) return;
  const button = form.querySelector("button[type=submit]");
  const wait = (on) => {
    button.disabled = on;
    button.setAttribute("aria-busy", String(on));
  };
  // Who is sent cannot come along as well; the style hides what cannot be ticked.
  const engineer = form.elements.engineer;
  const keepApart = () => {
    for (const box of form.querySelectorAll("input[name=companions]")) {
      box.disabled = box.value === engineer.value;
      box.checked &&= !box.disabled;
    }
  };
  engineer.addEventListener("change", keepApart);
  addEventListener("pageshow", keepApart);
  form.addEventListener("change", () => wait(true));
  for (const name of ["htmx:afterRequest", "htmx:abort"]) form.addEventListener(name, () => wait(false));
  addEventListener("pageshow", () => wait(false));
})();
