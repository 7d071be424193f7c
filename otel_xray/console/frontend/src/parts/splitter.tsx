import type { Signal } from "@preact/signals";

const STEP = 2;

const KEYS: Record<string, number> = { ArrowLeft: -STEP, ArrowRight: STEP };

interface Props {
  /** Where the line stands, in percent of the parent's width. */
  at: Signal<number>;
  least: number;
  most: number;
  label: string;
}

/** A line that can be dragged, or moved with the arrow keys, to divide its parent's width. */
export function Splitter({ at, least, most, label }: Props) {
  const move = (to: number) => {
    at.value = Math.min(Math.max(to, least), most);
  };
  const drag = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const line = event.currentTarget;
    const parent = line.parentElement;
    if (!line.hasPointerCapture(event.pointerId) || !parent) return;
    const { left, width } = parent.getBoundingClientRect();
    move((100 * (event.clientX - left)) / width);
  };
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={Math.round(at.value)}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      style={{ left: `${at.value}%` }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={(event) => {
        const step = KEYS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        move(at.value + step);
      }}
    />
  );
}
