import { Label, type LabelProps } from "@patternfly/react-core";
import type { ReactElement } from "react";

import type { Condition } from "../generated/api";
import { text } from "../lib/text";

const status: Record<Condition, NonNullable<LabelProps["status"]>> = {
  ready: "success",
  updating: "info",
  degraded: "warning",
  unavailable: "danger",
  missing: "custom",
};

// The words carry the meaning; colour and icon repeat it.
export function ConditionLabel({ condition }: { condition: Condition }): ReactElement {
  return <Label status={status[condition]}>{text.conditions[condition]}</Label>;
}
