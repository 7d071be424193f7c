import { CopyButton } from "../parts/copy";
import { JsonTree } from "../parts/json_tree";
import { Nothing } from "../parts/properties";
import type { TabProps } from "./tab";

export function Metadata({ entity: { document } }: TabProps) {
  const namespaces = Object.entries(document.metadata ?? {});
  if (namespaces.length === 0) {
    return (
      <Nothing>
        No metadata. <code>put_metadata(key, value, namespace)</code> records any JSON; it is not
        indexed.
      </Nothing>
    );
  }
  return (
    <>
      {namespaces.map(([name, value]) => (
        <section key={name} class="section" data-testid="metadata" data-namespace={name}>
          <h3>
            {name} <CopyButton text={() => JSON.stringify(value, null, 2)} what={`${name} as JSON`} />
          </h3>
          <JsonTree value={value} />
        </section>
      ))}
    </>
  );
}
