/** Keeps the layout of the panel in the browser's storage, if that is allowed. */

export type Placement = 'floating' | 'docked';

export interface Layout {
  readonly placement: Placement;
  readonly isOpen: boolean;
  /** px; of the floating card. */
  readonly width: number;
  /** px. */
  readonly height: number;
}

export const LEAST_WIDTH = 320;
export const LEAST_HEIGHT = 200;
export const MOST_SIZE = 4_000;

const KEY = 'everwire-devtools';

/** The kept layout, with `initial` for the parts that were not kept. A storage may be forbidden, full, or hold anything. */
export function readLayout(initial: Layout): Layout {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<
      Record<keyof Layout, unknown>
    > | null;
    const { placement, isOpen, width, height } = kept ?? {};
    return {
      placement: placement === 'floating' || placement === 'docked' ? placement : initial.placement,
      isOpen: typeof isOpen === 'boolean' ? isOpen : initial.isOpen,
      width: sizeOf(width, LEAST_WIDTH) ?? initial.width,
      height: sizeOf(height, LEAST_HEIGHT) ?? initial.height,
    };
  } catch {
    return initial;
  }
}

export function keepLayout(layout: Layout): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(layout));
  } catch {
    // The layout is not stored then.
  }
}

function sizeOf(kept: unknown, least: number): number | null {
  return typeof kept === 'number' && kept >= least && kept <= MOST_SIZE ? kept : null;
}
