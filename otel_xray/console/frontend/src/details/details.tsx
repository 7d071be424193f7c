import { useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Row } from "../model";
import { StatusBadge } from "../parts/status";
import type { TraceState } from "../trace/trace_state";
import { Annotations } from "./annotations";
import { openEntity } from "./entity_state";
import { Exceptions } from "./exceptions";
import { Metadata } from "./metadata";
import { Overview } from "./overview";
import { Raw } from "./raw";
import { Resources } from "./resources";
import { Sql } from "./sql";
import type { TabProps } from "./tab";

interface Tab {
  name: string;
  Panel: FunctionComponent<TabProps>;
  /** How much there is to see, for the tab's number. */
  size?: (row: Row) => number;
  /** Whether the tab is there at all. */
  has?: (row: Row) => boolean;
}

const TABS: Tab[] = [
  { name: "Overview", Panel: Overview },
  { name: "Resources", Panel: Resources },
  { name: "Annotations", Panel: Annotations, size: (row) => row.annotations },
  { name: "Metadata", Panel: Metadata, size: (row) => row.metadata },
  { name: "Exceptions", Panel: Exceptions, size: (row) => row.exceptions },
  { name: "SQL", Panel: Sql, has: (row) => row.sql },
  { name: "Raw", Panel: Raw },
];

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

interface TabListProps {
  tabs: Tab[];
  chosen: Tab;
  row: Row | null;
  choose: (name: string) => void;
}

function TabList({ tabs, chosen, row, choose }: TabListProps) {
  const list = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    const to = STEPS[event.key]?.(tabs.indexOf(chosen), tabs.length - 1);
    const tab = to === undefined ? undefined : tabs[to];
    if (!tab) return;
    event.preventDefault();
    choose(tab.name);
    list.current?.querySelector<HTMLElement>(`#tab-${tab.name}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Details" ref={list} onKeyDown={press}>
      {tabs.map((tab) => {
        const size = row && tab.size ? tab.size(row) : 0;
        return (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`tab-${tab.name}`}
            aria-selected={tab === chosen}
            aria-controls="details-panel"
            tabIndex={tab === chosen ? 0 : -1}
            data-testid="detail-tab"
            data-tab={tab.name.toLowerCase()}
            onClick={() => choose(tab.name)}
          >
            {tab.name}
            {size > 0 && <span class="tab-size">{size}</span>}
          </button>
        );
      })}
    </div>
  );
}

interface Props {
  state: TraceState;
  id: string;
  close: () => void;
}

export function Details({ state, id, close }: Props) {
  const tabName = useSignal("Overview");
  const { state: loading, load } = useMemo(openEntity, [state]);
  const trace = state.trace.value; // a new one asks again: the entity may have grown
  useEffect(() => load(state.id, id), [load, state, id, trace]);

  const row = state.rows.value[state.indices.value.get(id) ?? -1] ?? null;
  const tabs = TABS.filter(({ has }) => !has || (row !== null && has(row)));
  const chosen = tabs.find(({ name }) => name === tabName.value) ?? TABS[0]!;
  const { entity, problem } = loading.value;
  return (
    <aside class="details" aria-label="Details" data-testid="details" data-id={id}>
      <div class="details-head">
        <div class="details-title">
          <h2 title={row?.name}>{row?.name ?? id}</h2>
          <button type="button" class="button small" onClick={close} title="Close (Escape)">
            Close
          </button>
        </div>
        {row && (
          <p class="details-kind">
            <StatusBadge status={row.inProgress ? "pending" : row.status} />
            <span>{row.kind === "segment" ? "Segment" : "Subsegment"}</span>
          </p>
        )}
        <TabList
          tabs={tabs}
          chosen={chosen}
          row={row}
          choose={(name) => (tabName.value = name)}
        />
      </div>
      <div
        class="details-panel"
        role="tabpanel"
        id="details-panel"
        aria-labelledby={`tab-${chosen.name}`}
        tabIndex={0}
        data-testid="detail-panel"
      >
        {problem !== null && (
          <p class="notice" role="alert">
            {problem || "The details could not be fetched"}
          </p>
        )}
        {entity && <chosen.Panel entity={entity} row={row} state={state} />}
      </div>
    </aside>
  );
}
