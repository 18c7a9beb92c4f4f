import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { decodeComponent, decodeSnapshot, decodeStatus, type Component } from "../../generated/api";
import { useEventStream, type LiveHandler } from "../../lib/live";
import { dashboardQueries } from "./api";

function replaced(list: readonly Component[] | undefined, changed: Component): readonly Component[] {
  const rest = (list ?? []).filter((component) => component.name !== changed.name);
  return [...rest, changed].sort((left, right) => left.name.localeCompare(right.name));
}

function handlersFor(client: QueryClient): readonly LiveHandler[] {
  const status = dashboardQueries.status().queryKey;
  const components = dashboardQueries.components().queryKey;
  return [
    {
      event: "snapshot",
      receive: (data) => {
        const snapshot = decodeSnapshot(data, "snapshot");
        client.setQueryData(status, snapshot.status);
        client.setQueryData(components, snapshot.components);
      },
    },
    {
      event: "status",
      receive: (data) => {
        client.setQueryData(status, decodeStatus(data, "status"));
      },
    },
    {
      event: "component",
      receive: (data) => {
        const changed = decodeComponent(data, "component");
        client.setQueryData(components, (list: readonly Component[] | undefined) => replaced(list, changed));
      },
    },
  ];
}

// Keeps status and components as the agent tells them; true while the stream is connected.
export function useLiveDashboard(): boolean {
  const client = useQueryClient();
  const handlers = useMemo(() => handlersFor(client), [client]);
  return useEventStream("/api/v1/events", handlers);
}
