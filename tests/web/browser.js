// A real browser that remembers what a page said and asked for.
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "../..");
const file = resolve(process.env.SIPSTR_STACK ?? join(root, ".local/stack.json"));
const screens = resolve(process.env.SIPSTR_SCREENS ?? join(dirname(file), "screens"));

// Nothing but what a page asks for may go out: the browser itself keeps still.
const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The addresses of the running stack. */
export const stack = JSON.parse(await readFile(file, "utf8"));

export async function open() {
  const profile = await mkdtemp(join(tmpdir(), "sipstr-web-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0, // Chromium refuses to be root inside of its sandbox
    args: QUIET,
    viewport: { width: 1280, height: 900 },
  });
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { context, close };
}

/** A page, with everything that went wrong on it and every address that it asked for. */
export async function watched(context) {
  const page = await context.newPage();
  const troubles = [];
  const asked = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => troubles.push(`exception: ${error.message}`));
  page.on("request", (request) => asked.push(new URL(request.url())));
  page.on("requestfailed", (request) => troubles.push(`no answer: ${request.url()}: ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
  });
  return { page, troubles, asked };
}

export async function screenshot(page, name) {
  await mkdir(screens, { recursive: true });
  await page.screenshot({ path: join(screens, `${name}.png`) });
}
