import type { Entity, Row } from "../model";
import type { TraceState } from "../trace/trace_state";

/** What every tab of the details panel is given. */
export interface TabProps {
  entity: Entity;
  row: Row | null;
  state: TraceState;
}
