import { Bullseye, Content, Spinner, Stack, StackItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { ErrorState } from "../../components/ErrorState";
import { text } from "../../lib/text";
import { dashboardQueries } from "./api";
import { ComponentsCard } from "./ComponentsCard";
import { StatusCard } from "./StatusCard";
import { useLiveDashboard } from "./useLiveDashboard";

export function Dashboard(): ReactElement {
  const live = useLiveDashboard();
  const status = useQuery(dashboardQueries.status());
  const components = useQuery(dashboardQueries.components());
  if (status.isPending || components.isPending) {
    return (
      <Bullseye>
        <Spinner aria-label={text.loading} />
      </Bullseye>
    );
  }
  if (status.isError) return <ErrorState error={status.error} onRetry={() => void status.refetch()} />;
  if (components.isError) return <ErrorState error={components.error} onRetry={() => void components.refetch()} />;
  return (
    <Stack hasGutter>
      <StackItem>
        <Content component="p" role="status">
          {live ? text.live : text.notLive}
        </Content>
      </StackItem>
      <StackItem>
        <StatusCard status={status.data} />
      </StackItem>
      <StackItem>
        <ComponentsCard components={components.data} />
      </StackItem>
    </Stack>
  );
}
