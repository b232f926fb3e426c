import htmx from "htmx.org";
import Collapse from "bootstrap/js/src/collapse.js";
import Dropdown from "bootstrap/js/src/dropdown.js";
import Modal from "bootstrap/js/src/modal.js";
import Offcanvas from "bootstrap/js/src/offcanvas.js";
import Tooltip from "bootstrap/js/src/tooltip.js";
import { startChoosing } from "./choosing.js";
import { startClocks } from "./clocks.js";
import { startConfirm } from "./confirm.js";
import { startDrafts } from "./drafts.js";
import { startFrame } from "./frame.js";
import { startKeys } from "./keys.js";
import { startLeaving } from "./leaving.js";
import { startOnce } from "./once.js";
import { startSearching } from "./searching.js";
import { startToasts } from "./toasts.js";

window.htmx = htmx;
window.luyue = { Collapse, Dropdown, Modal, Offcanvas, Tooltip };

// Set here and nowhere else. Refusals (403, 404, 409, 422) bring a fragment to show; htmx would drop it.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // pages hold customers' data: none of it stays in the browser's storage after log-out
  refreshOnHistoryMiss: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "(403|404|409|422)", swap: true, error: true },
    { code: "...", swap: false, error: true },
  ],
});

startToasts();
startFrame();
startClocks();
startChoosing();
startConfirm();
startDrafts();
startKeys();
startLeaving();
startOnce();
startSearching();
