// A glass to sign on: <canvas data-glass="id of the hidden field">. The field gets the picture as a data address.
for (const glass of document.querySelectorAll("canvas[data-glass]")) {
  const field = document.getElementById(glass.dataset.glass);
  const form = glass.closest("form");
  const pen = glass.getContext("2d");
  let strokes = [];
  let stroke = null;
  // What was drawn before the page came back with something to mend.
  let before = null;

  const point = (event) => {
    const box = glass.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };

  // Strokes are kept as shares of the glass, so that turning the phone loses nothing.
  const draw = () => {
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const box = glass.getBoundingClientRect();
    glass.width = Math.max(1, Math.round(box.width * scale));
    glass.height = Math.max(1, Math.round(box.height * scale));
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, glass.width, glass.height);
    if (before) pen.drawImage(before, 0, 0, glass.width, glass.height);
    pen.strokeStyle = "#10203a";
    pen.lineWidth = 2.6 * scale;
    pen.lineCap = pen.lineJoin = "round";
    for (const line of strokes) {
      pen.beginPath();
      line.forEach(([x, y], n) => (n ? pen.lineTo(x * glass.width, y * glass.height) : pen.moveTo(x * glass.width, y * glass.height)));
      if (line.length === 1) pen.lineTo(line[0][0] * glass.width + 0.1, line[0][1] * glass.height);
      pen.stroke();
    }
    const inked = strokes.reduce((sum, line) => sum + line.length, 0) > 4;
    field.value = inked || before ? glass.toDataURL("image/png") : "";
  };

  glass.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    glass.setPointerCapture(event.pointerId);
    stroke = [point(event)];
    strokes.push(stroke);
    draw();
  });
  glass.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    for (const one of event.getCoalescedEvents ? event.getCoalescedEvents() : [event]) stroke.push(point(one));
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    glass.addEventListener(end, () => {
      stroke = null;
      draw();
    });
  }
  form.querySelector("[data-glass-clear]").addEventListener("click", () => {
    strokes = [];
    before = null;
    draw();
    glass.focus();
  });
  window.addEventListener("resize", draw);
  if (field.value) {
    const picture = new Image();
    picture.addEventListener("load", () => {
      before = picture;
      draw();
    });
    picture.src = field.value;
  } else {
    draw();
  }
}
