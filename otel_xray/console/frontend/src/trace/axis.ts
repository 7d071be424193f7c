/** The time axis of the segments timeline. */

import { duration } from "../format";
import type { Row } from "../model";

/** From when to when; `end` is after `start` always. */
export interface Extent {
  start: number;
  end: number;
}

export interface Tick {
  /** 0…1 of the axis. */
  at: number;
  label: string;
}

/** A gap this long says that what is in progress will not end any more. */
const ABANDONED = 15 * 60;
const SHORTEST = 1e-6;

/** The time that the rows cover; up to `now` while one of them is in progress. */
export function extentOf(rows: readonly Row[], now: number): Extent {
  let start = Infinity;
  let end = -Infinity;
  let growing = false;
  for (const row of rows) {
    start = Math.min(start, row.start);
    end = Math.max(end, row.end ?? row.start);
    growing ||= row.inProgress;
  }
  if (growing && now - end < ABANDONED) end = Math.max(end, now);
  return { start, end: Math.max(end, start + SHORTEST) };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Steps that people count in, from ten seconds on; below, 1, 2 or 5 times a power of ten. */
const LONG_STEPS = [
  ...[10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR),
];

function stepOf(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  return rough <= 5 ? round : (LONG_STEPS.find((step) => step >= rough) ?? round);
}

/** Round steps from the start on, at most `wanted` of them. */
export function ticks({ start, end }: Extent, wanted: number): Tick[] {
  const length = end - start;
  const step = stepOf(length / Math.max(wanted, 1));
  const found: Tick[] = [];
  for (let index = 0; index * step <= length * 0.999; index += 1) {
    found.push({ at: (index * step) / length, label: index ? shortLabel(index * step) : "0" });
  }
  return found;
}

/** A tick's time without the zeros that its rounding leaves. */
function shortLabel(seconds: number): string {
  return duration(seconds).replace(/(\.\d*?)0+ /, "$1 ").replace(". ", " ");
}

/** 0…1 of the axis. */
export function position({ start, end }: Extent, time: number): number {
  return Math.min(Math.max((time - start) / (end - start), 0), 1);
}
