import { useSignal } from "@preact/signals";
import { plural } from "../format";
import type { Json } from "../model";

/** Members drawn at once; a button shows as many more. */
const STEP = 100;
/** Levels that are open from the start. */
const OPEN_LEVELS = 2;

type Entry = [string, Json];

function entriesOf(value: object): Entry[] {
  return Object.entries(value as Record<string, Json>);
}

function Leaf({ value }: { value: Json }) {
  const kind = value === null ? "null" : typeof value;
  return (
    <span class={`json-${kind}`}>{kind === "string" ? JSON.stringify(value) : String(value)}</span>
  );
}

function Branch({ name, value, level }: { name: string; value: object; level: number }) {
  const entries = entriesOf(value);
  const open = useSignal(level < OPEN_LEVELS && entries.length <= STEP);
  const size = plural(entries.length, Array.isArray(value) ? "item" : "member");
  return (
    <details
      open={open.value}
      onToggle={(event) => (open.value = event.currentTarget.open)}
      class="json-branch"
    >
      <summary>
        <span class="json-key">{name}</span>
        <span class="json-size">{size}</span>
      </summary>
      {open.value && <Entries entries={entries} level={level + 1} />}
    </details>
  );
}

function Entries({ entries, level }: { entries: Entry[]; level: number }) {
  const most = useSignal(STEP);
  const rest = entries.length - most.value;
  return (
    <ul class="json">
      {entries.slice(0, most.value).map(([name, value]) => (
        <li key={name}>
          {value !== null && typeof value === "object" ? (
            <Branch name={name} value={value} level={level} />
          ) : (
            <>
              <span class="json-key">{name}</span> <Leaf value={value} />
            </>
          )}
        </li>
      ))}
      {rest > 0 && (
        <li>
          <button type="button" class="button small" onClick={() => (most.value += STEP)}>
            Show {Math.min(rest, STEP)} more of {rest}
          </button>
        </li>
      )}
    </ul>
  );
}

/** A JSON value that opens and closes; a closed branch draws nothing. */
export function JsonTree({ value }: { value: Json }) {
  if (value === null || typeof value !== "object") return <Leaf value={value} />;
  const entries = entriesOf(value);
  if (entries.length === 0) return <span class="json-null">{Array.isArray(value) ? "[]" : "{}"}</span>;
  return <Entries entries={entries} level={0} />;
}
