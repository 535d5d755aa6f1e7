// The API page: it works without the internet, shows the whole API, and can be used by everybody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { open, screenshot, stack, watched } from "./browser.js";

const PHONE = { width: 390, height: 844 };
// A body and problems; many query parameters; a parameter in the path.
const OPENED = ["Orders-placeOrder", "Catalogue-listProducts", "Cart-putCartItem"];

let browser;
let api;

before(async () => {
  browser = await open();
  api = await (await fetch(`${stack.api}/openapi.json`)).json();
});
after(() => browser?.close());

async function docs() {
  const watch = await watched(browser.context);
  await watch.page.goto(stack.docs ?? `${stack.api}/docs`);
  await watch.page.locator(".opblock").first().waitFor();
  return watch;
}

/** Opens an operation; returns its block. */
async function openOperation(page, id) {
  const block = page.locator(`#operations-${id}`);
  await block.locator(".opblock-summary-control").click();
  await block.locator(".responses-table").first().waitFor();
  return block;
}

/** What hinders people, as axe finds it in a part of the page: nothing serious is accepted. */
async function hindrances(page, part) {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return grave.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

test("it shows every group and every operation of the API", async () => {
  const { page, troubles, asked } = await docs();
  assert.equal(await page.title(), "Sipstr API");
  for (const { name } of api.tags) assert.ok(await page.locator(`[data-tag="${name}"]`).isVisible(), name);
  const operations = Object.values(api.paths).flatMap((path) => Object.values(path));
  assert.equal(await page.locator(".opblock").count(), operations.length);
  assert.deepEqual(troubles, []);
  const elsewhere = asked.filter(({ protocol, host }) => protocol !== "data:" && host !== new URL(stack.api).host);
  assert.deepEqual(elsewhere.map(String), []);
  await screenshot(page, "docs-desktop");
  await page.close();
});

test("an operation opens and shows its schema and the codes of its problems", async () => {
  const { page, troubles } = await docs();
  const block = await openOperation(page, "Orders-placeOrder");
  await block.getByRole("tab", { name: "Schema" }).first().click();
  await block.getByText("quoteToken").first().waitFor();
  const text = await block.innerText();
  for (const code of ["out_of_stock", "price_changed", "under_age", "idempotency_key_reused"]) assert.match(text, new RegExp(code));
  await block.scrollIntoViewIfNeeded();
  await screenshot(page, "docs-desktop-operation");
  assert.deepEqual(troubles, []);
  await page.close();
});

test("a request can be tried where the page is", async () => {
  const { page, troubles, asked } = await docs();
  const block = await openOperation(page, "Platform-health");
  await block.getByRole("button", { name: "Execute" }).click();
  await block.locator(".live-responses-table").getByText('"ok"').first().waitFor();
  assert.equal(asked.at(-1).href, new URL(`${stack.api}/v1/health`).href);
  assert.deepEqual(troubles, []);
  await page.close();
});

test("it can be used by keyboard alone", async () => {
  const { page } = await docs();
  const control = page.locator(".opblock-summary-control").first();
  const focused = () => control.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 12 && !(await focused()); presses += 1) await page.keyboard.press("Tab");
  assert.ok(await focused(), "the first operation is not reached");
  assert.notEqual(await control.evaluate((element) => getComputedStyle(element).outlineStyle), "none");
  await page.keyboard.press("Enter");
  await page.locator(".opblock.is-open .responses-table").first().waitFor();
  assert.equal(await control.getAttribute("aria-expanded"), "true");
  await page.close();
});

test("nothing grave hinders anybody", async () => {
  const { page } = await docs();
  assert.deepEqual(await hindrances(page, "html"), []);
  for (const id of OPENED) {
    const block = await openOperation(page, id);
    assert.deepEqual(await hindrances(page, `#operations-${id}`), []);
    await block.getByRole("tab", { name: "Schema" }).last().click();
    await block.locator(".json-schema-2020-12").first().waitFor();
    assert.deepEqual(await hindrances(page, `#operations-${id}`), []);
  }
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.locator(".dialog-ux .modal-ux").waitFor();
  assert.deepEqual(await hindrances(page, ".dialog-ux"), []);
  await screenshot(page, "docs-desktop-authorize");
  await page.close();
});

test("it fits a phone", async () => {
  const { page } = await docs();
  await page.setViewportSize(PHONE);
  await screenshot(page, "docs-phone");
  const block = await openOperation(page, "Orders-placeOrder");
  await block.evaluate((element) => element.scrollIntoView());
  await screenshot(page, "docs-phone-operation");
  await block.locator(".responses-wrapper").evaluate((element) => element.scrollIntoView());
  await screenshot(page, "docs-phone-responses");
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.width, "it scrolls sideways");
  await page.close();
});
