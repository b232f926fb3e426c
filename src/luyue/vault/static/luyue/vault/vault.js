// A shown secret goes away: after its time, when the page is left, and from the history of the browser.
(() => {
  const box = document.querySelector("[data-secret]");
  if (!box) return;
  const field = box.querySelector("textarea");
  const ends = Date.now() + Number(box.dataset.seconds) * 1000;
  const wipe = () => {
    field.value = "";
    field.textContent = "";
  };
  const leave = () => {
    wipe();
    location.replace(box.dataset.back);
  };
  const timer = setInterval(() => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    box.querySelector("[data-left]").textContent = Math.max(0, left);
    if (left <= 0) {
      clearInterval(timer);
      leave();
    }
  }, 500);
  addEventListener("pagehide", wipe);
  addEventListener("pageshow", (event) => event.persisted && leave());
  box.querySelector("[data-copied]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    // On record first: what cannot be recorded is not copied.
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!answer.ok) return leave();
    field.select();
    await navigator.clipboard.writeText(field.value).catch(() => document.execCommand("copy"));
    const button = form.querySelector("button span");
    button.textContent = form.querySelector("button").dataset.said;
  });
})();
