/** Numbers and times as people read them. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function digits(value: number, unit: string): string {
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${unit}`;
}

/** A duration in seconds, three digits of it: 812 µs, 45.2 ms, 1.07 s, 3 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  if (seconds <= 0) return "0 ms";
  if (seconds < 0.000_999_5) return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  if (seconds < 0.999_5) return digits(seconds * 1e3, "ms");
  if (seconds < 59.95) return digits(seconds, "s");
  const whole = Math.round(seconds);
  if (whole < HOUR) return pair(Math.floor(whole / MINUTE), "min", whole % MINUTE, "s");
  if (whole < DAY) {
    return pair(Math.floor(whole / HOUR), "h", Math.round((whole % HOUR) / MINUTE), "min");
  }
  return pair(Math.floor(whole / DAY), "d", Math.round((whole % DAY) / HOUR), "h");
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
}

/** How long ago, from `now`: just now, 12 s ago, 5 min ago, 3 h ago, 2 d ago. */
export function ago(time: number, now: number): string {
  const seconds = Math.floor(now - time);
  if (seconds < 2) return "just now";
  if (seconds < MINUTE) return `${seconds} s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  return `${Math.floor(seconds / DAY)} d ago`;
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Local time with milliseconds: 2026-03-01 14:05:09.123; the number where it is no date. */
export function clock(time: number): string {
  const date = new Date(time * 1000);
  if (Number.isNaN(date.getTime())) return `${time} s`;
  const day = [date.getFullYear(), padded(date.getMonth() + 1, 2), padded(date.getDate(), 2)];
  const hours = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const milliseconds = padded(date.getMilliseconds(), 3);
  return `${day.join("-")} ${hours.map((part) => padded(part, 2)).join(":")}.${milliseconds}`;
}

/** The time for machines; undefined where it is no date: clocks of senders may be absurd. */
export function iso(time: number): string | undefined {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** AWS::Lambda::Function → Lambda Function; other origins stay as they are. */
export function origin(text: string): string {
  return text.replace(/^AWS::/, "").replaceAll("::", " ");
}

/** The path of a URL where there is one; the host alone says little in a list. */
export function shortUrl(url: string): string {
  try {
    const parsed = new URL(url);
    const path = parsed.pathname + parsed.search;
    return path === "/" ? parsed.host + path : path;
  } catch {
    return url;
  }
}
