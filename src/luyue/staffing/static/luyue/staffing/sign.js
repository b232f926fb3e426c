// Signing in needs the server: its clock counts. Without a network nothing is sent, and that is said.
(() => {
  const said = document.querySelector("[data-offline]");
  if (!said) return;
  const show = () => { said.hidden = navigator.onLine; };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
  // Before the frame's own listeners: a form that cannot be sent keeps what was typed.
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || !event.target.matches("form[data-stamp]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.hidden = false;
    said.scrollIntoView({ block: "center" });
  }, true);
})();
