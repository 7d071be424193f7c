/** The document of one segment or subsegment, fetched when its details are shown. */

import { signal } from "@preact/signals";
import { getEntity } from "../api";
import type { Entity } from "../model";

/** An arrow key held down passes many rows; only those it rests on are asked for. */
const REST = 60;

export interface EntityState {
  entity: Entity | null;
  problem: string | null;
}

const NOTHING: EntityState = { entity: null, problem: null };

export function openEntity() {
  const state = signal<EntityState>(NOTHING);
  let shown = "";

  /** Fetch; the returned function gives up on it. What is shown stays until the answer is here. */
  function load(trace: string, id: string): () => void {
    const stop = new AbortController();
    const isRefresh = shown === id;
    const timer = setTimeout(async () => {
      try {
        const entity = await getEntity(trace, id, stop.signal);
        if (stop.signal.aborted) return;
        shown = id;
        state.value = { entity, problem: null };
      } catch (error) {
        if (stop.signal.aborted || isRefresh) return;
        state.value = { entity: null, problem: error instanceof Error ? error.message : "" };
      }
    }, REST);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }

  return { state, load };
}
