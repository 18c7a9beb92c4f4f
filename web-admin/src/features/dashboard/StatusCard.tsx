import {
  Card,
  CardBody,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from "@patternfly/react-core";
import type { ReactElement, ReactNode } from "react";

import { ConditionLabel } from "../../components/ConditionLabel";
import type { Status } from "../../generated/api";
import { text } from "../../lib/text";

function Entry({ term, children }: { term: string; children: ReactNode }): ReactElement {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

export function StatusCard({ status }: { status: Status }): ReactElement {
  const { application, engine, agent, operation } = status;
  return (
    <Card>
      <CardTitle component="h2">
        {application.name ?? text.nothingInstalled} {application.version ?? ""}
      </CardTitle>
      <CardBody>
        <DescriptionList isHorizontal>
          <Entry term={text.condition}>
            <ConditionLabel condition={application.condition} />{" "}
            {application.app === null ? text.nothingInstalledHelp : (application.reason ?? "")}
          </Entry>
          {operation !== null && (
            <Entry term={text.operation}>
              {operation.kind} {operation.id}: {operation.state}
            </Entry>
          )}
          <Entry term={text.engine}>
            {engine.reachable ? (engine.version ?? "") : `${text.notReachable}: ${engine.problem ?? ""}`}
          </Entry>
          <Entry term={text.agent}>{agent.version}</Entry>
        </DescriptionList>
      </CardBody>
    </Card>
  );
}
