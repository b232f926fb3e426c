// Photographs are made smaller before they are kept: a cellar's ten pictures must fit on the phone and through its network.
export const LONGEST_SIDE = 1600; // pixels
const QUALITY = 0.8;
const SMALL = 400_000; // bytes; a small picture of a small size stays what it is

/** Width and height so that the longer side is LONGEST_SIDE at most. */
export function fitted(width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/**
 * The picture as JPEG, upright as the camera meant it, LONGEST_SIDE at most. What is small already, what cannot be
 * decoded, and what would not become smaller stays as it is. Time and place are the act's own, not the picture's.
 */
export async function shrunk(file) {
  if (!file.type.startsWith("image/")) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const [width, height] = fitted(bitmap.width, bitmap.height);
    if (width === bitmap.width && height === bitmap.height && file.size <= SMALL) return file;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // what is transparent would become black
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, width, height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    canvas.width = canvas.height = 0; // phones give back the memory late otherwise
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  } finally {
    bitmap?.close();
  }
}

const STARTS = [[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], [0x47, 0x49, 0x46, 0x38]]; // JPEG, PNG, GIF
const text = (bytes, from, to) => String.fromCharCode(...bytes.slice(from, to));
const HEIC = new Set(["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"]);

/** What the first twelve bytes say, as the server reads them: "picture", "heic" (no browser shows it), "other". */
export function kindOf(bytes) {
  if (STARTS.some((start) => start.every((byte, place) => bytes[place] === byte))) return "picture";
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP") return "picture";
  return text(bytes, 4, 8) === "ftyp" && HEIC.has(text(bytes, 8, 12)) ? "heic" : "other";
}
