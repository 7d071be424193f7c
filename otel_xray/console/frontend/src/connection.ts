/** The state of the line to the server, and the loop that keeps asking it. */

import { signal } from "@preact/signals";
import { Refused } from "./api";

export type Connection = "connecting" | "live" | "reconnecting" | "paused";

export const connection = signal<Connection>("connecting");

const INTERVAL = 2_000;
const SLOWEST_RETRY = 5_000;

/**
 * Run `task` now and every two seconds until the returned function is called.
 *
 * A hidden page asks nothing. A server that is gone is asked again, more and more slowly, and
 * at once when the page is shown again. The task may return how long to wait instead.
 */
export function poll(task: (signal: AbortSignal) => Promise<number | void>): () => void {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let running = false;

  async function attempt(): Promise<number> {
    try {
      const wait = await task(stop.signal);
      failures = 0;
      connection.value = "live";
      return wait ?? INTERVAL;
    } catch (error) {
      if (error instanceof Refused) {
        connection.value = "live"; // it speaks to us
        return INTERVAL;
      }
      failures += 1;
      if (!stop.signal.aborted) connection.value = "reconnecting";
      return Math.min(500 * 2 ** failures, SLOWEST_RETRY);
    }
  }

  async function run(): Promise<void> {
    clearTimeout(timer);
    if (running || stop.signal.aborted) return;
    if (document.hidden) {
      connection.value = "paused";
      return;
    }
    running = true;
    const wait = await attempt();
    running = false;
    if (!stop.signal.aborted) timer = setTimeout(run, wait);
  }

  document.addEventListener("visibilitychange", run, { signal: stop.signal });
  addEventListener("online", run, { signal: stop.signal });
  void run();
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
