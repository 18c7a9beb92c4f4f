import { queryOptions } from "@tanstack/react-query";

import { decodeSession } from "../../generated/api";
import { unknown } from "../../lib/decode";
import { getJson, sendJson } from "../../lib/http";

const path = "/api/v1/session";

export const sessionQueries = {
  current: () =>
    queryOptions({
      queryKey: ["session"],
      queryFn: ({ signal }) => getJson(path, decodeSession, signal),
    }),
};

export const signIn = (code: string): Promise<unknown> => sendJson("POST", path, { code }, unknown);
export const signOut = (): Promise<unknown> => sendJson("DELETE", path, {}, unknown);
