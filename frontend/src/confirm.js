// data-confirm="…" on a form, button or link (also with hx-*): our own dialog in place of the browser's.
import { words } from "./words.js";

/** Ask; resolves to true when the person agrees. `act` is the verb on the button. */
export function ask(question, act) {
  const dialog = document.getElementById("luyue-confirm");
  dialog.querySelector("[data-question]").textContent = question;
  dialog.querySelector("[data-agree]").textContent = act || words("confirm.yes");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

export function startConfirm() {
  // htmx asks for every request; those with our attribute wait for our answer.
  document.body.addEventListener("htmx:confirm", (event) => {
    const source = event.detail.elt.closest("[data-confirm]");
    if (!source) return;
    event.preventDefault();
    ask(source.dataset.confirm, source.dataset.confirmAct).then((yes) => yes && event.detail.issueRequest(true));
  });
  const agreed = new WeakSet();
  const isHtmx = (element) => element.matches("[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[data-hx-post]");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!source.dataset.confirm || isHtmx(form) || agreed.delete(form)) return;
    event.preventDefault();
    const submitter = event.submitter;
    ask(source.dataset.confirm, source.dataset.confirmAct).then((yes) => {
      if (!yes) return;
      agreed.add(form);
      form.requestSubmit(submitter);
    });
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-confirm]");
    if (!link || isHtmx(link)) return;
    event.preventDefault();
    ask(link.dataset.confirm, link.dataset.confirmAct).then((yes) => yes && location.assign(link.href));
  });
}
