import type { ComponentChildren } from "preact";
import type { Json, JsonObject } from "../model";
import { JsonTree } from "./json_tree";

/** Names beside values; entries without a value are left out. */
export function Properties({ of }: { of: [string, ComponentChildren][] }) {
  const shown = of.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return (
    <dl class="properties">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: Json): ComponentChildren {
  return value !== null && typeof value === "object" ? (
    <JsonTree value={value} />
  ) : (
    String(value)
  );
}

/** The members of a JSON object, as they are called there. */
export function Members({ of }: { of: JsonObject }) {
  return <Properties of={Object.entries(of).map(([key, value]) => [key, shown(value)])} />;
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="nothing">{children}</p>;
}
