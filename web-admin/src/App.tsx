import { Bullseye, Spinner } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { ErrorState } from "./components/ErrorState";
import { Shell } from "./components/Shell";
import { Dashboard } from "./features/dashboard";
import { LoginPage, sessionQueries, SignOutButton } from "./features/session";
import { ApiError } from "./lib/http";
import { text } from "./lib/text";

export function App(): ReactElement {
  const session = useQuery(sessionQueries.current());
  if (session.isPending) {
    return (
      <Bullseye>
        <Spinner aria-label={text.loading} />
      </Bullseye>
    );
  }
  if (session.error instanceof ApiError && session.error.status === 401) return <LoginPage />;
  if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  return (
    <Shell tools={<SignOutButton user={session.data.user} />}>
      <Dashboard />
    </Shell>
  );
}
