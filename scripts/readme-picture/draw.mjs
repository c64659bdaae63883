// Draws what was read of the page as an SVG.

/** @typedef {import('./scene.mjs').Scene} Scene */
/** @typedef {import('./scene.mjs').Shape} Shape */
/** @typedef {import('./scene.mjs').Dot} Dot */
/** @typedef {{ scenes: readonly Scene[], stepMs: number }} Film */

const FALL_MS = 700;

/**
 * The last scene.
 *
 * @param {Film} film
 */
export function drawStill({ scenes }) {
  const last = scenes.at(-1);
  if (last === undefined) throw new Error('The film is empty.');
  return frame(
    last,
    inOrder(last.shapes).map((shape) => drawShape(shape)),
  );
}

/**
 * Each shape is there from one scene to another; what is on a wire moves.
 *
 * @param {Film} film
 */
export function drawFilm({ scenes, stepMs }) {
  const [first] = scenes;
  if (first === undefined) throw new Error('The film is empty.');
  /** @type {Map<string, { shape: Shape, seen: boolean[] }>} */
  const shapes = new Map();
  /** @type {Map<number, { dot: Dot, from: number, to: number, lostAt: number | null }>} */
  const dots = new Map();
  scenes.forEach((scene, at) => {
    for (const shape of scene.shapes) {
      const key = JSON.stringify(shape);
      const known = shapes.get(key) ?? { shape, seen: Array.from(scenes, () => false) };
      known.seen[at] = true;
      shapes.set(key, known);
    }
    for (const dot of scene.dots) {
      const known = dots.get(dot.id) ?? { dot, from: at, to: at, lostAt: null };
      known.to = at;
      if (dot.isLost && known.lostAt === null) Object.assign(known, { lostAt: at, lost: dot });
      dots.set(dot.id, known);
    }
  });
  const lengthMs = scenes.length * stepMs;
  const still = [...shapes.values()].sort((one, other) => compare(one.shape, other.shape));
  return frame(first, [
    ...still.map(({ shape, seen }) => drawShape(shape, showing(seen, lengthMs, stepMs))),
    ...[...dots.values()].map((journey) => drawDot(journey, lengthMs, stepMs)),
  ]);
}

/**
 * @param {{ dot: Dot, from: number, to: number, lostAt: number | null }} journey
 * @param {number} lengthMs
 * @param {number} stepMs
 */
function drawDot({ dot, from, to, lostAt }, lengthMs, stepMs) {
  const startMs = from * stepMs;
  const endMs = lostAt === null ? Math.min((to + 1) * stepMs, lengthMs) : lostAt * stepMs;
  const way = dot.wire.width - dot.width;
  /** @type {(part: number) => number} */
  const at = (part) => Math.round(dot.wire.x + way * (dot.way === 'there' ? part : 1 - part));
  const reached = Math.min(1, (endMs - startMs) / dot.latencyMs);
  const inner = dot.shapes.map((shape) => drawShape(shape)).join('');
  const y = dot.wire.y;
  /** @type {[number, string, number][]} time, place, opacity */
  const stops = [
    [startMs, `${at(0)} ${y}`, 1],
    [endMs, `${at(reached)} ${y}`, 1],
  ];
  if (lostAt !== null) stops.push([Math.min(endMs + FALL_MS, lengthMs), `${at(reached)} ${y + 70}`, 0]);
  const times = ['0', ...stops.map(([ms]) => part(ms, lengthMs)), '1'].join(';');
  const places = [stops[0], ...stops, stops.at(-1)].map((stop) => stop?.[1]).join(';');
  const move = `<animateTransform attributeName="transform" type="translate" dur="${lengthMs}ms" repeatCount="indefinite" keyTimes="${times}" values="${places}"/>`;
  const seen = `<animate attributeName="opacity" dur="${lengthMs}ms" repeatCount="indefinite" calcMode="discrete" keyTimes="0;${part(startMs, lengthMs)};${part(stops.at(-1)?.[0] ?? endMs, lengthMs)}" values="0;1;0"/>`;
  return `<g opacity="0">${seen}${move}${inner}</g>`;
}

/**
 * @param {readonly boolean[]} seen in each scene
 * @param {number} lengthMs
 * @param {number} stepMs
 */
function showing(seen, lengthMs, stepMs) {
  if (seen.every(Boolean)) return '';
  const changes = seen.flatMap((is, at) => (at === 0 || is !== seen[at - 1] ? [at] : []));
  const times = changes.map((at) => part(at * stepMs, lengthMs)).join(';');
  const values = changes.map((at) => Number(seen[at])).join(';');
  return `<animate attributeName="opacity" dur="${lengthMs}ms" repeatCount="indefinite" calcMode="discrete" keyTimes="${times}" values="${values}"/>`;
}

/**
 * @param {number} ms
 * @param {number} lengthMs
 */
function part(ms, lengthMs) {
  return String(Math.round((ms / lengthMs) * 1e4) / 1e4);
}

/**
 * @param {Shape} shape
 * @param {string} [animation]
 */
function drawShape(shape, animation = '') {
  const { x, y, width, height, fill, stroke, radius = 0 } = shape;
  if (shape.kind === 'text') {
    const look = [
      `x="${x}" y="${y}" fill="${hex(fill)}" font-size="${shape.size}" font-weight="${shape.weight}"`,
      shape.anchor === 'start' ? '' : ` text-anchor="${shape.anchor}"`,
      shape.isMono ? ' class="m"' : '',
      shape.isStruck ? ' text-decoration="line-through"' : '',
    ];
    // An animation is no child of its text: Safari would not draw it.
    const text = `<text ${look.join('')}>${escaped(shape.text ?? '')}</text>`;
    return animation === '' ? text : `<g>${animation}${text}</g>`;
  }
  const edge =
    stroke === undefined ? '' : ` stroke="${hex(stroke)}"${shape.isDashed ? ' stroke-dasharray="4 3"' : ''}`;
  if (height === 0) return tag('path', `d="M${x} ${y}h${width}"${edge} stroke-width="2"`, animation);
  // A border is inside of its box.
  const inset = stroke === undefined ? 0 : 0.75;
  const place = `x="${x + inset}" y="${y + inset}" width="${width - 2 * inset}" height="${height - 2 * inset}"`;
  const corner = radius > 0 ? ` rx="${Math.min(radius, height / 2)}"` : '';
  return tag('rect', `${place}${corner} fill="${fill === 'none' ? 'none' : hex(fill)}"${edge}`, animation);
}

/**
 * @param {string} name
 * @param {string} attributes
 * @param {string} content
 */
function tag(name, attributes, content) {
  return content === '' ? `<${name} ${attributes}/>` : `<${name} ${attributes}>${content}</${name}>`;
}

/**
 * @param {Scene} scene
 * @param {readonly string[]} content
 */
function frame({ width, height }, content) {
  const font = 'system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,Liberation Sans,sans-serif';
  const style = `text{font-family:${font};dominant-baseline:central;font-variant-numeric:tabular-nums}.m{font-family:ui-monospace,SFMono-Regular,Menlo,DejaVu Sans Mono,monospace}rect,path{stroke-width:1.5}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>One server, two browsers: a plain hook loses eight events, and Everwire gets them back</title><style>${style}</style>\n${content.join('\n')}\n</svg>\n`;
}

/** @param {readonly Shape[]} shapes */
function inOrder(shapes) {
  return [...shapes].sort(compare);
}

/**
 * @param {Shape} one
 * @param {Shape} other
 */
function compare(one, other) {
  return one.order < other.order ? -1 : Number(one.order > other.order);
}

/**
 * `rgb(1, 2, 3)` as `#010203`.
 *
 * @param {string} color
 */
function hex(color) {
  const parts = color.match(/[\d.]+/g)?.slice(0, 3) ?? [];
  if (!color.startsWith('rgb')) return color;
  return `#${parts.map((value) => Math.round(Number(value)).toString(16).padStart(2, '0')).join('')}`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
