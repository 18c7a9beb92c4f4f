import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Component } from "../../generated/api";
import { ComponentsCard } from "./ComponentsCard";

const postgres: Component = {
  name: "postgres",
  component: "postgres",
  condition: "degraded",
  reason: "its health check fails",
  role: "service",
  container: "npm-registry-postgres-1a2b3c4d",
  container_id: "1a2b",
  image: "slipway/postgres:1.0.0",
  image_id: null,
  status: "running",
  health: "unhealthy",
  ports: ["127.0.0.1:5432->5432/tcp"],
  created_at: "2026-11-24T04:26:59.000Z",
  started_at: "2026-11-24T04:27:00.000Z",
  restarts: 2,
  exit_code: null,
  decisions: [],
};

test("a component's row says its state in words, and why", () => {
  render(<ComponentsCard components={[postgres]} />);

  const row = screen.getByRole("row", { name: /postgres/ });
  expect(within(row).getByText("Degraded")).toBeTruthy();
  expect(within(row).getByText(/its health check fails/)).toBeTruthy();
  expect(within(row).getByText("2")).toBeTruthy();
});

test("without components there is a sentence and no table", () => {
  render(<ComponentsCard components={[]} />);

  expect(screen.queryByRole("grid")).toBeNull();
  expect(screen.getByText(/no containers/)).toBeTruthy();
});
