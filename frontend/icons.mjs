// PNG icons out of our own mark: a rounded rectangle and strokes with round ends, which is all that the mark consists of.
import * as zlib from "node:zlib";

const GRAIN = 4; // samples a side in each pixel

const number = (text, name, otherwise) => Number(text.match(new RegExp(` ${name}="([\\d.]+)"`))?.[1] ?? otherwise);
const colour = (text, name) => {
  const hex = text.match(new RegExp(` ${name}="#([\\da-f]{3,6})"`))[1];
  const full = hex.length === 3 ? [...hex].map((one) => one + one).join("") : hex;
  return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16));
};

/** Straight lines of a path of M, h, l: [x1, y1, x2, y2]. */
function lines(path) {
  const found = [];
  let [x, y] = [0, 0];
  for (const [, command, rest] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const numbers = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
    if (command === "M") [x, y] = numbers;
    else if (command === "h") found.push([x, y, (x += numbers[0]), y]);
    else if (command === "l") for (let i = 0; i < numbers.length; i += 2) found.push([x, y, (x += numbers[i]), (y += numbers[i + 1])]);
    else throw new Error(`the mark has a path command that icons.mjs does not draw: ${command}`);
  }
  return found;
}

function distance([x1, y1, x2, y2], x, y) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/** Shapes of the mark from back to front: { colour, has(x, y) }. */
function shapes(svg) {
  return [...svg.matchAll(/<(rect|path)[^>]*>/g)].map(([text, kind]) => {
    if (kind === "path") {
      const strokes = lines(text.match(/ d="([^"]+)"/)[1]);
      const half = number(text, "stroke-width", 1) / 2;
      return { colour: colour(text, "stroke"), has: (x, y) => strokes.some((line) => distance(line, x, y) <= half) };
    }
    const [width, height, radius] = [number(text, "width"), number(text, "height"), number(text, "rx", 0)];
    const out = (at, size) => Math.max(radius - at, at - (size - radius), 0);
    return { ground: true, colour: colour(text, "fill"), has: (x, y) => Math.hypot(out(x, width), out(y, height)) <= radius };
  });
}

/** The colour at a point of the mark's square, with alpha 0 or 1. */
function at(all, x, y, { ground }) {
  let found = null;
  for (const shape of all) if ((ground && shape.ground) || shape.has(x, y)) found = shape.colour;
  return found;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(checksum(body));
  return Buffer.concat([length, body, sum]);
}

// node:zlib has crc32 since 20.15 and 22.2; Node 18 is enough for the rest of the build.
function checksum(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** The mark as PNG of size × size pixels. ground: the background fills the square; scale: of the drawing on it. */
export function png(svg, size, { ground = false, scale = 1 } = {}) {
  const side = Number(svg.match(/viewBox="0 0 (\d+) \1"/)[1]);
  const all = shapes(svg);
  const rows = Buffer.alloc(size * (size * 4 + 1));
  const place = (pixel, sample) => (((pixel + (sample + 0.5) / GRAIN) / size - 0.5) / scale + 0.5) * side;
  for (let row = 0; row < size; row++) for (let column = 0; column < size; column++) {
    const sum = [0, 0, 0];
    let hits = 0;
    for (let i = 0; i < GRAIN; i++) for (let j = 0; j < GRAIN; j++) {
      const found = at(all, place(column, i), place(row, j), { ground });
      if (!found) continue;
      hits++;
      for (let part = 0; part < 3; part++) sum[part] += found[part];
    }
    const start = row * (size * 4 + 1) + 1 + column * 4;
    for (let part = 0; part < 3; part++) rows[start + part] = hits ? Math.round(sum[part] / hits) : 0;
    rows[start + 3] = Math.round((hits / GRAIN ** 2) * 255);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8); // eight bits, red green blue alpha
  const parts = [chunk("IHDR", head), chunk("IDAT", zlib.deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts]);
}
