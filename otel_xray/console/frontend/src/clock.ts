/** The present, in seconds since the epoch, for relative times and bars that still grow. */

import { signal } from "@preact/signals";

export const now = signal(Date.now() / 1000);

setInterval(() => {
  if (!document.hidden) now.value = Date.now() / 1000;
}, 1_000);
