import "@patternfly/react-core/dist/styles/base.css";
import "./app.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { ApiError } from "./lib/http";

// A refusal does not become right by asking again; a console that does not answer may.
const client = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, error) => count < 3 && !(error instanceof ApiError && error.status < 500) },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
