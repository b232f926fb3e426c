// Drops the rules of Tabler for parts that our pages do not have. Works on minified CSS.

const BRANDS =
  "facebook|x|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler";

/** A selector is dropped when a class in it starts with one of these. */
const UNUSED = new RegExp(
  "\\.(?:" +
    [
      "carousel", "apexcharts", "jvm-", "jqvmap", "dropzone", "dz-", "fslightbox", "litepicker", "noUi-", "plyr", "ts-",
      "tox", "flag", "payment", "avatar-upload", "chat", "countup", "datagrid-horizontal", "emblem", "signature", "stars?-",
      "social", "typed", "wysiwyg", "hotspot", "coloris", "clr-", "sticky-top-", "placeholder-wave", "page-cover",
      "navbar-expand-(?:sm|md|xl|xxl)", "offcanvas-(?:sm|md|xl|xxl)", "modal-fullscreen-", "list-group-horizontal-",
      `(?:[a-z]+-)+(?:${BRANDS})(?:-lt|-fg)?(?![\\w-])`,
      "(?:m|p)[tbsexy]?-(?:xl|xxl)-", "gap-(?:xl|xxl)-", "(?:row|column)-gap-", "(?:float|object-fit|order|flex|justify-content|align-content|align-items|align-self|text|d|g|gx|gy|offset|col|row-cols|columns|ratio|viewport)-(?:xl|xxl)(?:-|\\b)",
      "ratio-", "rotate", "scale-", "tracking-", "blur-", "object-", "columns-", "link-(?:opacity|offset|underline)", "focus-ring-",
      "border-(?:opacity|end|start)-[a-z0-9-]*-subtle", "theme-", "marketing", "hero", "pricing", "testimonial",
    ].join("|") +
    ")",
);

/** Position of the "}" that closes the block opened at `open`; strings in between are stepped over. */
function closing(css, open) {
  let depth = 0;
  for (let i = open; i < css.length; i++) {
    const c = css[i];
    if (c === '"' || c === "'") {
      for (i++; css[i] !== c; i++) if (css[i] === "\\") i++;
    } else if (c === "{") depth++;
    else if (c === "}" && --depth === 0) return i;
  }
  throw new Error("style sheet ends inside a block");
}

/** Split a selector list at its top-level commas. */
function selectors(text) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(" || text[i] === "[") depth++;
    else if (text[i] === ")" || text[i] === "]") depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** The style sheet without the rules whose every selector is unused. */
export function trim(css) {
  let out = "";
  let at = 0;
  while (at < css.length) {
    const open = css.indexOf("{", at);
    if (open < 0) return out + css.slice(at);
    const semicolon = css.slice(at, open).lastIndexOf(";"); // @charset and @import come before the first rule
    const head = css.slice(at + semicolon + 1, open);
    out += css.slice(at, at + semicolon + 1);
    const close = closing(css, open);
    const body = css.slice(open + 1, close);
    if (/^\s*@(media|supports|layer|container)/.test(head)) {
      const inner = trim(body);
      if (inner) out += `${head}{${inner}}`;
    } else if (/^\s*(@|\/\*)/.test(head)) {
      out += `${head}{${body}}`;
    } else {
      const kept = selectors(head).filter((selector) => !UNUSED.test(selector));
      if (kept.length) out += `${kept.join(",")}{${body}}`;
    }
    at = close + 1;
  }
  return out;
}
