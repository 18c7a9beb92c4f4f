import { queryOptions } from "@tanstack/react-query";

import { decodeComponentList, decodeStatus } from "../../generated/api";
import { getJson } from "../../lib/http";

export const dashboardQueries = {
  status: () =>
    queryOptions({
      queryKey: ["status"],
      queryFn: ({ signal }) => getJson("/api/v1/status", decodeStatus, signal),
    }),
  components: () =>
    queryOptions({
      queryKey: ["components"],
      queryFn: async ({ signal }) => (await getJson("/api/v1/components", decodeComponentList, signal)).components,
    }),
};
