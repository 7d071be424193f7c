import type { Scalar, Summary } from "../model";

/** Annotations that Powertools puts on every trace tell traces apart least: they come last. */
const EVERYWHERE = new Set(["ColdStart", "Service"]);

function Chip({ name, values }: { name: string; values: Scalar[] }) {
  return (
    <span class="chip" title={`${name} = ${values.join(", ")}`}>
      <span class="chip-key">{name}</span>
      <span class="chip-value">
        {String(values[0] ?? "")}
        {values.length > 1 && ` +${values.length - 1}`}
      </span>
    </span>
  );
}

interface Props {
  annotations: Summary["annotations"];
  /** Chips shown; the rest are counted. */
  most: number;
}

export function AnnotationChips({ annotations, most }: Props) {
  const entries = Object.entries(annotations).sort(
    ([one], [other]) => Number(EVERYWHERE.has(one)) - Number(EVERYWHERE.has(other)),
  );
  const rest = entries.slice(most);
  const title = rest.map(([key, values]) => `${key} = ${values.join(", ")}`).join("\n");
  return (
    <span class="chips">
      {entries.slice(0, most).map(([key, values]) => (
        <Chip key={key} name={key} values={values} />
      ))}
      {rest.length > 0 && (
        <span class="chip more" title={title}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}
