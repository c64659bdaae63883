// Reads the front page's picture in the browser, as boxes and texts.

/**
 * @typedef {object} Shape a box, a text, or a box with a text in it that moves
 * @property {string} order its place in the document, so that what is above stays above
 * @property {'box' | 'text'} kind
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {string} fill
 * @property {string} [stroke]
 * @property {boolean} [isDashed]
 * @property {number} [radius]
 * @property {string} [text]
 * @property {number} [size]
 * @property {string} [weight]
 * @property {boolean} [isMono]
 * @property {boolean} [isStruck]
 * @property {'start' | 'middle' | 'end'} [anchor]
 */

/**
 * @typedef {object} Dot what is on a wire
 * @property {number} id
 * @property {'there' | 'back'} way
 * @property {boolean} isLost
 * @property {number} latencyMs
 * @property {{ x: number, y: number, width: number }} wire its middle line
 * @property {readonly Shape[]} shapes at the left end of the wire
 * @property {number} width
 */

/** @typedef {{ width: number, height: number, phase: string, shapes: Shape[], dots: Dot[] }} Scene */

/**
 * Runs in the page, and so stands alone.
 *
 * @returns {Scene}
 */
export function readScene() {
  const stage = document.querySelector('.stage');
  if (!(stage instanceof HTMLElement)) throw new Error('There is no picture on this page.');
  const origin = stage.getBoundingClientRect();
  /** @type {Map<Element, number>} */
  const ids =
    (Reflect.get(window, 'dotIds') ?? Reflect.set(window, 'dotIds', new Map())) &&
    Reflect.get(window, 'dotIds');
  /** @type {(value: number) => number} */
  const round = (value) => Math.round(value * 2) / 2;
  /** @type {(color: string) => boolean} */
  const isSeen = (color) => color !== 'transparent' && !/^rgba.*, 0\)$/.test(color);

  /** @type {(element: Element, order: string, shapes: Shape[], left: number, top: number) => void} */
  const readElement = (element, order, shapes, left, top) => {
    const style = getComputedStyle(element);
    if (style.display === 'none' || style.visibility === 'hidden' || style.clipPath !== 'none') return;
    const rect = element.getBoundingClientRect();
    const box = {
      x: round(rect.left - left),
      y: round(rect.top - top),
      width: round(rect.width),
      height: round(rect.height),
    };
    const image = style.backgroundImage;
    const hasBorder = Number.parseFloat(style.borderTopWidth) > 0 && isSeen(style.borderTopColor);
    const isLine = image !== 'none';
    const fill = isLine ? (/rgba?\([^)]+\)|#\w+/.exec(image)?.[0] ?? 'none') : style.backgroundColor;
    if (isSeen(style.backgroundColor) || hasBorder || isLine) {
      shapes.push({
        ...{ order, kind: 'box', ...box, fill: isSeen(fill) && !isLine ? fill : 'none' },
        ...(hasBorder && { stroke: style.borderTopColor, isDashed: style.borderTopStyle === 'dashed' }),
        ...(isLine && { stroke: fill, isDashed: true, height: 0, y: box.y + 1.5 }),
        radius: Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, box.height / 2),
      });
    }
    const sign = getComputedStyle(element, '::before').content;
    const before = sign === 'none' || sign === 'normal' ? '' : sign.replaceAll('"', '');
    /** @type {(text: string, area: DOMRect, at: string) => void} */
    const addText = (text, area, at) => {
      const isCentred = style.textAlign === 'center';
      const anchor = isCentred ? 'middle' : element.matches('.browser-status') ? 'end' : 'start';
      const x = { start: area.left, middle: (area.left + area.right) / 2, end: area.right }[anchor];
      shapes.push({
        ...{
          order: at,
          kind: 'text',
          x: round(x - left),
          y: round((area.top + area.bottom) / 2 - top),
          width: 0,
          height: 0,
        },
        ...{
          fill: style.color,
          text,
          size: Number.parseFloat(style.fontSize),
          weight: style.fontWeight,
          anchor,
        },
        isMono: style.fontFamily.includes('monospace'),
        isStruck: style.textDecorationLine === 'line-through',
      });
    };
    if (before !== '') addText(before, rect, `${order}.000`);
    [...element.childNodes].forEach((child, index) => {
      const at = `${order}.${String(index + 1).padStart(3, '0')}`;
      if (child instanceof Element) {
        if (!child.matches('.dot')) readElement(child, at, shapes, left, top);
      } else if (child instanceof Text && isSeen(style.color)) readText(child, at, addText);
    });
  };

  /** A text may have several lines. @type {(node: Text, at: string, add: (text: string, area: DOMRect, at: string) => void) => void} */
  const readText = (node, at, add) => {
    const range = document.createRange();
    /** @type {{ text: string, area: DOMRect }[]} */
    const lines = [];
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const area = range.getBoundingClientRect();
      const last = lines.at(-1);
      if (last !== undefined && Math.abs(last.area.top - area.top) < 2) {
        last.text += ` ${word}`;
        last.area = new DOMRect(last.area.left, last.area.top, area.right - last.area.left, area.height);
      } else lines.push({ text: word, area });
    }
    for (const { text, area } of lines) add(text, area, at);
  };

  /** @type {Shape[]} */
  const shapes = [];
  readElement(stage, '001', shapes, origin.left, origin.top);
  const latencyMs = Number.parseFloat(getComputedStyle(stage).getPropertyValue('--latency'));
  const dots = [...stage.querySelectorAll('.dot')].map((dot) => {
    if (!ids.has(dot)) ids.set(dot, ids.size);
    const wire = dot.parentElement?.getBoundingClientRect() ?? origin;
    const text = dot.querySelector('.dot-text') ?? dot;
    const area = text.getBoundingClientRect();
    /** @type {Shape[]} */
    const own = [];
    readElement(text, '0', own, area.left, area.top);
    return {
      id: ids.get(dot) ?? 0,
      way: /** @type {'there' | 'back'} */ (
        /opening|request/.test(dot.getAttribute('data-kind') ?? '') ? 'back' : 'there'
      ),
      isLost: dot.getAttribute('data-state') === 'lost',
      latencyMs,
      wire: {
        x: round(wire.left - origin.left),
        y: round((wire.top + wire.bottom) / 2 - origin.top - area.height / 2),
        width: round(wire.width),
      },
      shapes: own,
      width: round(area.width),
    };
  });
  return {
    width: round(origin.width),
    height: round(origin.height),
    phase: stage.dataset['phase'] ?? '',
    shapes,
    dots,
  };
}
