import { Nothing } from "../parts/properties";
import type { TabProps } from "./tab";

export function Annotations({ entity: { document } }: TabProps) {
  const entries = Object.entries(document.annotations ?? {});
  if (entries.length === 0) {
    return (
      <Nothing>
        No annotations. <code>put_annotation(key, value)</code> records one: indexed, searchable.
      </Nothing>
    );
  }
  return (
    <table class="pairs">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Value</th>
          <th scope="col">Type</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([key, value]) => (
          <tr key={key} data-testid="annotation" data-key={key}>
            <th scope="row">{key}</th>
            <td class={`json-${typeof value}`}>{String(value)}</td>
            <td class="muted">{typeof value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
