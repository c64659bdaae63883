'use client';
/** Resizes the panel by its edge: dragged, or with the arrow keys. */
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';

export interface ResizerProps {
  readonly edge: 'top' | 'left';
  readonly label: string;
  /** px */
  readonly size: number;
  readonly least: number;
  readonly most: number;
  readonly onSize: (size: number) => void;
}

/** px for each press of a key. */
const KEY_STEP = 24;

export function Resizer({ edge, label, size, least, most, onSize }: ResizerProps): ReactNode {
  const set = (wanted: number): void => onSize(Math.round(Math.min(Math.max(wanted, least), most)));
  const handleKey = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> =
      edge === 'top'
        ? { ArrowUp: KEY_STEP, ArrowDown: -KEY_STEP }
        : { ArrowLeft: KEY_STEP, ArrowRight: -KEY_STEP };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(size + step);
  };
  const drag = (event: PointerEvent): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const panel = event.currentTarget.parentElement?.getBoundingClientRect();
    if (panel !== undefined) set(edge === 'top' ? panel.bottom - event.clientY : panel.right - event.clientX);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule can't be moved, and has no value.
    <div
      className="resizer"
      data-edge={edge}
      role="separator"
      aria-label={label}
      aria-orientation={edge === 'top' ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onKeyDown={handleKey}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    />
  );
}
