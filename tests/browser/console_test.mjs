// The console's first page in a real browser, against the real agent and engine.
//
// usage: node console_test.mjs URL ONE-TIME-CODE SCREENSHOT.png KILL-COMMAND…
//   KILL-COMMAND kills one container of the application, so that a change is seen live.
//
// Prints a line for each check and closes with `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web-admin/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const [url, code, screenshot, ...killCommand] = process.argv.slice(2);
let passed = 0;
let failed = 0;

async function check(name, action) {
  try {
    await action();
    passed += 1;
    console.log(`  ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`  FAIL  ${name}\n        ${String(error).split("\n").slice(0, 12).join("\n        ")}`);
  }
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
  ],
});
const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 720 } });
const page = await context.newPage();
const problems = [];
const strangers = [];
page.on("console", (message) => {
  // A refused request is part of the flow before the login; a policy violation never is.
  if (message.type() === "error" && !message.text().includes("status of 401")) problems.push(message.text());
});
page.on("pageerror", (error) => problems.push(String(error)));
page.on("request", (request) => {
  if (new URL(request.url()).origin !== new URL(url).origin && !request.url().startsWith("data:")) {
    strangers.push(request.url());
  }
});

async function seriousFindings() {
  const result = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  return result.violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}

const row = (name) => page.getByRole("row", { name: new RegExp(`^${name}`) });

await check("a stranger sees the login and nothing else", async () => {
  await page.goto(url);
  await page.getByRole("heading", { name: "Sign in to Slipway" }).waitFor();
  expect((await page.getByRole("row").count()) === 0, "components are shown without a session");
});
await check("the login has no serious finding", async () => {
  const findings = await seriousFindings();
  expect(findings.length === 0, findings.join("\n"));
});
await check("a wrong code is refused in words", async () => {
  await page.getByLabel("One-time code").fill("AAAA-AAAA-AAAA");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(/code/i).nth(1).waitFor();
  expect((await page.getByRole("row").count()) === 0, "a wrong code has opened the console");
});
await check("the one-time code opens the overview, by keyboard alone", async () => {
  await page.getByLabel("One-time code").fill(code);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Components" }).waitFor();
});
await check("every component is shown as ready", async () => {
  for (const name of ["postgres", "registry", "frontdoor"]) {
    await row(name).getByText("Ready", { exact: true }).waitFor({ timeout: 30_000 });
  }
});
await check("the stream is live", async () => {
  await page.getByText("Live", { exact: true }).waitFor();
});
await check("the overview has no serious finding", async () => {
  const findings = await seriousFindings();
  expect(findings.length === 0, findings.join("\n"));
});
if (screenshot !== undefined && screenshot !== "-") await page.screenshot({ path: screenshot });
await check("a killed container is seen at once and comes back, without a reload", async () => {
  const restarted = page.waitForFunction(
    () => {
      const found = [...document.querySelectorAll("tr")].find((each) => each.textContent?.startsWith("registry"));
      return found !== undefined && !found.textContent.includes("Ready");
    },
    undefined,
    { timeout: 60_000 },
  );
  const killed = spawnSync(killCommand[0], killCommand.slice(1), { encoding: "utf8" });
  expect(killed.status === 0, killed.stderr);
  await restarted;
  await row("registry").getByText("Ready", { exact: true }).waitFor({ timeout: 60_000 });
});
await check("a phone needs no sideways scrolling", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide <= 0, `the page is ${String(wide)} pixels too wide`);
});
await check("a reload keeps the session", async () => {
  await page.reload();
  await page.getByRole("heading", { name: "Components" }).waitFor();
});
await check("signing out ends it", async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Slipway" }).waitFor();
});
await check("no request leaves the host", async () => {
  expect(strangers.length === 0, strangers.join("\n"));
});
await check("no policy violation and no error in the page", async () => {
  expect(problems.length === 0, problems.join("\n"));
});

await browser.close();
console.log(`${String(passed)} passed, ${String(failed)} failed`);
process.exit(failed === 0 ? 0 : 1);
