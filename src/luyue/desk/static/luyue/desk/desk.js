// The desk's own few lines: the place of an act's form, the dialog with the reason of a due time.
(() => {
  const box = () => document.getElementById("act-box");
  // The natural next act; where there is none, whatever else can be done.
  const mainAct = () => document.querySelector("#case-acts a, #case-acts button");

  function closeAct() {
    if (!box()?.firstElementChild) return false;
    box().replaceChildren();
    mainAct()?.focus();
    return true;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#act-box [data-close-act]") && document.getElementById("case-timeline")) {
      event.preventDefault();
      closeAct();
    }
    const why = event.target.closest("#case-clocks a.ly-clock-why");
    if (why && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const dialog = document.getElementById("why-box");
      window.htmx.ajax("GET", why.href, { target: dialog, swap: "innerHTML" }).then(() => dialog.open || dialog.showModal());
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === " " && event.target.matches('a[role="button"]')) {
      event.preventDefault();
      event.target.click();
    }
    if (event.key === "Escape" && !document.querySelector("dialog[open], .dropdown-menu.show") && closeAct()) event.preventDefault();
  });

  // Who is calling: looked for while number or name is typed; arrows and Enter choose, and the form is filled.
  const who = () => document.getElementById("intake-who");
  const found = () => document.getElementById("intake-callers");
  let waiting = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#intake-who")) return;
    clearTimeout(waiting);
    const url = `${who().dataset.callers}?who=${encodeURIComponent(event.target.value)}`;
    waiting = setTimeout(() => window.htmx.ajax("GET", url, { target: found(), swap: "innerHTML" }), 250);
  });

  // A refused form and a draft come with what was typed: what is like it is looked for at once.
  document.addEventListener("DOMContentLoaded", () => {
    const typed = document.querySelector("#intake-form #id_title");
    if (typed?.value) window.htmx.trigger(typed, "known");
  });

  function take(caller) {
    const form = document.getElementById("intake-form");
    const { name, phone, contract, site } = caller.dataset;
    form.elements.reporter_name.value = name || form.elements.reporter_name.value;
    form.elements.reporter_phone.value = phone || form.elements.reporter_phone.value;
    form.elements.site_hint.value = site;
    if (form.elements.site && form.elements.contract.value !== contract) form.elements.site.value = "";
    form.elements.contract.value = contract;
    form.elements.contract.dispatchEvent(new Event("change", { bubbles: true }));
    found().replaceChildren();
    form.elements.title.focus();
  }
  document.addEventListener("click", (event) => {
    const caller = event.target.closest("[data-caller]");
    if (caller) take(caller);
    const picked = event.target.closest("[data-pick-owner]");
    if (picked) pick(picked);
  });

  // A suggested person is put into the form of triage, which the operator then sends.
  function pick(button) {
    const field = document.querySelector('#act-box select[name="owner"]');
    if (!field) return;
    field.value = button.dataset.pickOwner;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  }
  document.addEventListener("keydown", (event) => {
    const callers = [...document.querySelectorAll("[data-caller]")];
    const at = callers.indexOf(document.activeElement);
    if (callers.length && (at >= 0 || event.target.closest?.("#intake-who"))) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const next = callers[at + (event.key === "ArrowDown" ? 1 : -1)];
        if (next) next.focus();
        else if (event.key === "ArrowUp") who().querySelector("input").focus();
        event.preventDefault();
      } else if (event.key === "Escape") {
        found().replaceChildren();
        who().querySelector("input").focus();
      }
    }
    if (event.altKey && !event.ctrlKey && /^Digit[1-9]$/.test(event.code)) {
      const button = document.querySelectorAll("[data-pick-owner]")[Number(event.code.slice(5)) - 1];
      if (button) {
        event.preventDefault();
        pick(button);
      }
    }
  });

  // An act's form arrives: its first field is ready to be typed in. It leaves: the next act is.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "act-box") return;
    const form = box()?.querySelector("form");
    const wrong = form?.querySelector(".ly-errors");
    const field = form?.querySelector("input:not([type=hidden]), select, textarea");
    if (wrong) wrong.focus();
    else if (field) field.focus();
    else if (form) form.querySelector("button").focus();
    else mainAct()?.focus();
    form?.scrollIntoView({ block: "nearest" });
  });

  // The digest of a media file, reckoned here: the file never leaves the computer.
  const LARGEST = 1 << 30;
  async function reckon(chosen, field) {
    const file = chosen.files[0];
    if (!file) return;
    const said = field.parentElement.querySelector(".desk-digest-said");
    said.textContent = "";
    field.setAttribute("aria-busy", "true");
    try {
      if (file.size > LARGEST || !crypto.subtle) throw new Error("too large");
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      field.value = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      const name = field.form.elements["file_name"];
      if (name && !name.value) {
        name.value = file.name;
        name.dispatchEvent(new Event("input", { bubbles: true }));
      }
    } catch {
      said.textContent = field.dataset.failed;
    } finally {
      field.removeAttribute("aria-busy");
    }
  }
  function offerFiles() {
    for (const field of document.querySelectorAll("#act-box input[data-digest]:not([data-ready])")) {
      field.dataset.ready = "";
      const chosen = Object.assign(document.createElement("input"), { type: "file", className: "form-control desk-digest-file" });
      chosen.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`)?.textContent ?? "SHA-256");
      chosen.addEventListener("change", () => reckon(chosen, field));
      const said = Object.assign(document.createElement("div"), { className: "ly-hint desk-digest-said" });
      said.setAttribute("role", "status");
      field.after(chosen, said);
    }
  }
  document.addEventListener("htmx:afterSettle", offerFiles);
  offerFiles();
})();
