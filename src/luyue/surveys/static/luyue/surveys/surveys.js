// A call: questions only when somebody was reached, the time to call again only when nobody was. Digits give scores.
const form = document.querySelector("form[data-survey]");

function show() {
  const chosen = form.querySelector("[name=result]:checked");
  if (!chosen) return;
  const reached = chosen.value === "answered";
  form.querySelector("[data-answers]").hidden = !reached;
  for (const [name, shown] of [["answered_by", reached], ["call_at", chosen.value === "no_answer"], ["note", !reached]]) {
    const box = form.querySelector(`[data-field="${name}"]`);
    if (box) box.hidden = !shown;
  }
}

function score(digit) {
  const now = document.activeElement.closest?.(".survey-scale");
  const scales = [...form.querySelectorAll(".survey-scale")];
  const scale = now ?? scales.find((one) => !one.querySelector(":checked")) ?? null;
  const input = scale?.querySelector(`input[value="${digit}"]`);
  if (!input) return false;
  input.checked = true;
  const next = scales[scales.indexOf(scale) + 1]?.querySelector("input");
  (next ?? input).focus();
  return true;
}

if (form) {
  form.addEventListener("change", show);
  show();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !/^[1-5]$/.test(event.key)) return;
    if (event.target.closest("textarea, input:not([type=radio]), select")) return;
    if (score(event.key)) event.preventDefault();
  });
}

document.querySelector(".survey-link")?.addEventListener("focus", (event) => event.target.select());
