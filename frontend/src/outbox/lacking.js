// What an act lacks, by the rules of the server and without it: in a cellar its refusal would come when nobody stands
// there any more. Without browser. given: name of a field → what is in it ("" if nothing).

const PARTS = /[,，。]/g;

/** A typed number as the server reads it; NaN if it is none. */
export const numberOf = (text) => (text.trim() === "" ? NaN : Number(text.trim().replace(PARTS, ".")));

/**
 * Names of fields that have to be filled, and of numbers that are none: { missing, numbers }.
 * files: how many come along; has: pictures that are there already, of the order or of the device.
 * items: of a device's checklist, [{ id, kind, low, high, drift }]; drift: the number is held against the one at delivery.
 */
export function lacking(act, given, { files = 0, has = 0, items = [] } = {}) {
  const said = (name) => (given[name] ?? "").trim();
  const none = (names) => ({ missing: names.filter((name) => !said(name)), numbers: [] });
  const file = { missing: ["upload"], numbers: [] };
  switch (act) {
    case "log":
      return files ? none([]) : none(["text"]);
    case "photo":
    case "paper":
      return files ? none([]) : file;
    case "check":
      return none(said("answer") === "not_needed" ? ["note"] : []);
    case "finish":
      return none(said("solved") === "yes" ? ["cause", "fix"] : []);
    case "unsolved":
      return files || has || said("no_picture") ? none([]) : file;
    case "confirm":
      if (said("way") === "signed") return none(["signature"]);
      return files ? none([]) : file;
    case "look":
      return said("skip") ? none([]) : ofItems(items, said, files + has);
    default:
      return none([]);
  }
}

function ofItems(items, said, pictures) {
  const missing = [];
  const numbers = [];
  for (const item of items) {
    const [verdict, note] = [said(`item-${item.id}`), said(`note-${item.id}`)];
    const needsNote = () => note || missing.push(`note-${item.id}`);
    if (verdict === "na") needsNote();
    else if (item.kind === "number" || item.kind === "reading") {
      const value = numberOf(said(`value-${item.id}`));
      if (!said(`value-${item.id}`)) missing.push(`value-${item.id}`);
      else if (!Number.isFinite(value)) numbers.push(`value-${item.id}`);
      else if (verdict && !explained(verdict, value, item)) needsNote();
    } else if (item.kind === "text") needsNote();
    else if (item.kind === "photo" && !pictures && (verdict === "" || verdict === "ok")) missing.push("upload");
    else if (item.kind === "pass" && !verdict) missing.push(`item-${item.id}`);
    else if (verdict && verdict !== "ok") needsNote();
  }
  return { missing: [...new Set(missing)], numbers };
}

/** Whether the number may say the same by itself; how far it is from the one at delivery, only the server knows. */
const explained = (verdict, value, { low, high, drift }) =>
  (low != null && value < low) || (high != null && value > high) || Boolean(drift && verdict === "flag");
