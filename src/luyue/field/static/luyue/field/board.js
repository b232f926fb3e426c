// The dispatch board: a request or an order dragged to an engineer's row opens the plan with him and that time. Without
// a mouse the same page opens by its link and asks for both.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const first = Number(board.dataset.first);
  const last = first + Number(board.dataset.hours);
  let dragged = null;
  let grabbed = 0; // how far from its left edge a block was taken, in pixels

  board.addEventListener("dragstart", (event) => {
    const thing = event.target.closest("[draggable]");
    if (!thing) return;
    dragged = thing;
    grabbed = thing.closest("[data-lane]") ? event.clientX - thing.getBoundingClientRect().left : 0;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", thing.textContent.trim());
    thing.classList.add("dragged");
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    for (const mark of board.querySelectorAll(".field-drop")) mark.remove();
  });

  /** Minutes since midnight at a place of a lane, to the quarter of an hour. */
  function minutesAt(lane, x) {
    const box = lane.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (x - grabbed - box.left) / box.width));
    return Math.min(last * 60 - 15, Math.round((first * 60 + share * (last - first) * 60) / 15) * 15);
  }
  const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

  board.addEventListener("dragover", (event) => {
    const lane = event.target.closest("[data-engineer]")?.querySelector("[data-lane]");
    if (!dragged || !lane) return;
    event.preventDefault();
    let mark = lane.querySelector(".field-drop");
    if (!mark) {
      for (const other of board.querySelectorAll(".field-drop")) other.remove();
      mark = Object.assign(document.createElement("li"), { className: "field-drop" });
      lane.append(mark);
    }
    const minutes = minutesAt(lane, event.clientX);
    mark.style.left = `${(100 * (minutes / 60 - first)) / (last - first)}%`;
    mark.textContent = clock(minutes);
  });

  board.addEventListener("drop", (event) => {
    const row = event.target.closest("[data-engineer]");
    if (!dragged || !row) return;
    event.preventDefault();
    const minutes = minutesAt(row.querySelector("[data-lane]"), event.clientX);
    const wanted = new URLSearchParams({ back: "board", engineer: row.dataset.engineer, begin: `${board.dataset.day}T${clock(minutes)}` });
    if (dragged.dataset.order) wanted.set("order", dragged.dataset.order);
    else wanted.set("case", dragged.dataset.case);
    location.href = `${board.dataset.plan}?${wanted}`;
  });
})();
