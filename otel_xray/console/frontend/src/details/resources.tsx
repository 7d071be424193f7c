import { Members, Nothing, Properties, Section } from "../parts/properties";
import type { TabProps } from "./tab";

export function Resources({ entity: { document } }: TabProps) {
  const { aws, service, origin, resource_arn: arn } = document;
  if (!aws && !service && !origin && !arn) {
    return <Nothing>No resource was recorded.</Nothing>;
  }
  return (
    <>
      <Properties
        of={[
          ["Origin", origin],
          ["Resource ARN", arn],
        ]}
      />
      {aws && (
        <Section title="aws">
          <Members of={aws} />
        </Section>
      )}
      {service && (
        <Section title="service">
          <Members of={service} />
        </Section>
      )}
    </>
  );
}
