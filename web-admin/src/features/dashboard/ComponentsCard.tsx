import { Card, CardBody, CardTitle } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { ReactElement } from "react";

import { ConditionLabel } from "../../components/ConditionLabel";
import type { Component } from "../../generated/api";
import { text } from "../../lib/text";

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function Row({ component }: { component: Component }): ReactElement {
  return (
    <Tr>
      <Th scope="row" dataLabel={text.component}>
        {component.name}
      </Th>
      <Td dataLabel={text.condition}>
        <ConditionLabel condition={component.condition} /> {component.reason ?? ""}
      </Td>
      <Td dataLabel={text.image}>{component.image}</Td>
      <Td dataLabel={text.ports}>{component.ports.join(", ")}</Td>
      <Td dataLabel={text.restarts}>{component.restarts}</Td>
      <Td dataLabel={text.since}>
        {component.started_at === null ? "" : moment.format(new Date(component.started_at))}
      </Td>
    </Tr>
  );
}

export function ComponentsCard({ components }: { components: readonly Component[] }): ReactElement {
  const headings = [text.component, text.condition, text.image, text.ports, text.restarts, text.since];
  return (
    <Card>
      <CardTitle component="h2">{text.components}</CardTitle>
      <CardBody>
        {components.length === 0 ? (
          text.noComponents
        ) : (
          <Table aria-label={text.components} variant="compact">
            <Thead>
              <Tr>
                {headings.map((heading) => (
                  <Th key={heading}>{heading}</Th>
                ))}
              </Tr>
            </Thead>
            <Tbody>
              {components.map((component) => (
                <Row key={component.name} component={component} />
              ))}
            </Tbody>
          </Table>
        )}
      </CardBody>
    </Card>
  );
}
