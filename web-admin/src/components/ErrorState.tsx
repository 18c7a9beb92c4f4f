import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import type { ReactElement } from "react";

import { ApiError } from "../lib/http";
import { text } from "../lib/text";

export function ErrorState({ error, onRetry }: { error: Error; onRetry: () => void }): ReactElement {
  return (
    <EmptyState titleText={text.failed} headingLevel="h1" status="danger" role="alert">
      <EmptyStateBody>
        {error.message}
        {error instanceof ApiError && error.hint !== "" && <p>{error.hint}</p>}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="primary" onClick={onRetry}>
            {text.retry}
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
