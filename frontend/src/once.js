// Forms with data-once are sent once, however often the button is pressed, and by Ctrl + Enter from any of their fields.
const AGAIN = 8000; // ms; by then the answer is there, or it was a file and the page has stayed

export function startOnce() {
  // At the window, behind all others: whoever asks first or keeps the form for later has then stopped the event.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-once]:not([data-stamp])")) return; // those of the field see to it
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, AGAIN);
  });
  // The person came back to the page.
  addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (!event.target.form?.matches("[data-once]")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
}
