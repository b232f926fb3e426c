// Field work on the phone: the moment and the place of an act, pictures chosen, the signature.
(() => {
  // --- when and where: the device knows both, nobody is asked ---------------------------------------
  let here = null;
  if (document.querySelector("form[data-stamp]") && navigator.geolocation) {
    navigator.permissions?.query({ name: "geolocation" }).then((permission) => {
      if (permission.state === "denied") return;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => { here = [coords.latitude.toFixed(6), coords.longitude.toFixed(6), Math.round(coords.accuracy)].join(","); },
        () => {},
        { enableHighAccuracy: true, maximumAge: 60000, timeout: 15000 },
      );
    }).catch(() => {});
  }

  function put(form, name, value) {
    let input = form.querySelector(`input[type=hidden][name="${name}"]`);
    if (!input) {
      input = Object.assign(document.createElement("input"), { type: "hidden", name });
      form.append(input);
    }
    input.value = value;
  }

  const mark = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-stamp]")) return;
    if (form.dataset.sent) return event.preventDefault();
    const now = new Date().toISOString();
    put(form, "happened_at", now);
    put(form, "sent_at", now);
    if (here) put(form, "position", here);
    if (!form.elements.key?.value) put(form, "key", mark());
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // --- pictures that were chosen ---------------------------------------------------------------------
  // A file input forgets the picture before when the next one is taken: the last input of the box gathers them all.
  const gathered = new WeakMap();
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  function gather(box, files) {
    const bag = new DataTransfer();
    for (const file of files) bag.items.add(file);
    const inputs = [...box.querySelectorAll("input[type=file]")];
    const last = inputs.pop();
    for (const input of inputs) input.value = "";
    last.files = bag.files;
    gathered.set(box, files);
    list(box, files);
  }

  function list(box, files) {
    const place = box.querySelector("[data-chosen]");
    for (const image of place.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    place.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      if (file.type.startsWith("image/")) item.append(Object.assign(new Image(), { src: URL.createObjectURL(file), alt: file.name }));
      else item.append(Object.assign(document.createElement("span"), { textContent: file.name }));
      const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×", className: "field-unpick" });
      away.setAttribute("aria-label", `${box.dataset.away} ${file.name}`);
      away.addEventListener("click", () => {
        gather(box, gathered.get(box).filter((one) => one !== file));
        box.querySelector("input[type=file]").focus();
      });
      item.append(away);
      return item;
    }));
  }

  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-photos]");
    if (!box || event.target.type !== "file") return;
    const before = gathered.get(box) ?? [];
    gather(box, [...before, ...[...event.target.files].filter((file) => !before.some((one) => same(one, file)))]);
  });

  // --- the signature ---------------------------------------------------------------------------------
  for (const pad of document.querySelectorAll("[data-sign]")) {
    const canvas = pad.querySelector("canvas");
    const input = pad.querySelector("input[type=hidden]");
    const pen = canvas.getContext("2d");
    let last = null;

    function size() {
      const box = canvas.getBoundingClientRect();
      if (!box.width) return;
      const scale = Math.min(2, devicePixelRatio || 1);
      canvas.width = Math.round(box.width * scale);
      canvas.height = Math.round(box.height * scale);
      pen.scale(scale, scale);
      Object.assign(pen, { lineWidth: 2.5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
      input.value = "";
    }
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      pen.beginPath();
      pen.arc(last[0], last[1], 1, 0, 7);
      pen.fillStyle = "#111";
      pen.fill();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) {
        const next = at(one);
        pen.beginPath();
        pen.moveTo(...last);
        pen.lineTo(...next);
        pen.stroke();
        last = next;
      }
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => {
      if (last) input.value = canvas.toDataURL("image/png");
      last = null;
    });
    pad.querySelector("[data-sign-clear]").addEventListener("click", size);
    // Only a new width asks for a new pad: a phone's keyboard that comes and goes leaves it alone. A phone that is turned
    // keeps what was signed, as large as it fits.
    let width = 0;
    new ResizeObserver(() => {
      if (canvas.clientWidth === width) return;
      width = canvas.clientWidth;
      const signed = input.value;
      size();
      if (signed) redraw(signed);
    }).observe(canvas);

    function redraw(signed) {
      input.value = signed;
      const picture = new Image();
      picture.onload = () => {
        const scale = Math.min(canvas.clientWidth / picture.width, canvas.clientHeight / picture.height);
        pen.drawImage(picture, 0, 0, picture.width * scale, picture.height * scale);
      };
      picture.src = signed;
    }
  }

  // Signed on the glass or on paper: only what belongs to the chosen way stands there.
  function chooseWay() {
    const way = document.querySelector('input[name="way"]:checked')?.value;
    if (!way) return;
    const show = (name, on) => document.getElementById(`act_${name}_field`)?.toggleAttribute("hidden", !on);
    show("signature", way === "signed");
    show("upload", way === "paper");
  }
  document.addEventListener("change", (event) => event.target.name === "way" && chooseWay());
  chooseWay();
})();
