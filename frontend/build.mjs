// Builds script, style and icons of the pages from src/ and node_modules/ into the Python package.
// Each text output also comes as .br and .gz, so that the server never compresses while somebody waits.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { png } from "./icons.mjs";
import { trim } from "./trim.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../src/luyue/web/static/luyue/dist");

/** Move images out of url("data:…") into files: the content policy allows our own origin only. */
function imagesToFiles(css) {
  return css.replace(/url\((["'])data:image\/svg\+xml,(.*?)\1\)/g, (_, quote, data) => {
    const svg = decodeURIComponent(data.replaceAll("\\'", "'").replaceAll('\\"', '"'));
    const name = createHash("sha256").update(svg).digest("hex").slice(0, 10) + ".svg";
    writeFileSync(join(dist, "img", name), svg);
    return `url("img/${name}")`;
  });
}

/** One file with a <symbol> for each name in icons.txt; pages draw them with <use>. */
function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const svg = readFileSync(join(here, "node_modules/@tabler/icons/icons/outline", name + ".svg"), "utf8");
    const inner = svg
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace("</svg>", "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
      .replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
      `stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "img"), { recursive: true });

await build({
  absWorkingDir: here,
  entryPoints: ["src/app.js", "src/charts.js", "src/outbox.js", "src/signing.js", "src/sw.js", "src/theme.js", "src/app.css"],
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome100", "firefox100", "safari15"],
  charset: "utf8",
  legalComments: "linked",
  logLevel: "warning",
});

const stylesheet = join(dist, "app.css");
writeFileSync(stylesheet, imagesToFiles(trim(readFileSync(stylesheet, "utf8"))));
writeFileSync(join(dist, "icons.svg"), sprite());

// Icons of the installed app: our mark, and for launchers that cut their own shape the mark on a full ground.
const mark = readFileSync(join(dist, "../mark.svg"), "utf8");
for (const size of [180, 192, 512]) writeFileSync(join(dist, `app-${size}.png`), png(mark, size));
writeFileSync(join(dist, "app-full-512.png"), png(mark, 512, { ground: true, scale: 0.72 }));

// The licences of what went in travel with it.
const bundled = ["htmx.org", "bootstrap", "@popperjs/core", "@tabler/core", "@tabler/icons", "echarts", "zrender", "tslib"];
writeFileSync(
  join(dist, "LICENSES.txt"),
  bundled
    .map((name) => {
      const folder = join(here, "node_modules", name);
      const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name} ${version}: ${license}\n\n${file ? readFileSync(join(folder, file), "utf8") : ""}`;
    })
    .join("\n----\n"),
);

for (const name of readdirSync(dist).filter((name) => /\.(js|css|svg)$/.test(name))) {
  const bytes = readFileSync(join(dist, name));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  writeFileSync(join(dist, name + ".br"), brotli);
  writeFileSync(join(dist, name + ".gz"), gzipSync(bytes, { level: 9 }));
  console.log(`${name}: ${bytes.length} bytes, ${brotli.length} compressed`);
}
