// The copy of what is known of a person, as they read it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { open, screenshot, stack, watched } from "./browser.js";

let browser;

before(async () => {
  browser = await open();
});
after(() => browser?.close());

async function call(method, path, token, body) {
  const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(`${stack.api}${path}`, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** The page of somebody of the demo city, once it is made. */
async function copy() {
  // Each may ask three times a day: whoever has not yet.
  for (const { email, password } of stack.logins.filter(({ role }) => role === "customer" || role === "courier")) {
    const { accessToken } = (await call("POST", "/v1/auth/login", null, { email, password })).body;
    const asked = await call("POST", "/v1/me/exports", accessToken, {});
    if (asked.status === 429) continue;
    assert.equal(asked.status, 202);
    for (let tries = 0; tries < 150; tries++) {
      const links = await call("GET", `/v1/me/exports/${asked.body.id}`, accessToken);
      if (links.status === 200) return { email, page: await (await fetch(links.body.html)).text() };
      await wait(200);
    }
    assert.fail("the copy was not made within half a minute");
  }
  assert.fail("everybody has asked three times today: make up FRESH=1");
}

test("a person reads what is known of them, and nothing hinders anybody", async () => {
  const { email, page: text } = await copy();
  const { page, troubles, asked } = await watched(browser.context);
  await page.setContent(text);
  await page.getByRole("heading", { level: 1, name: "What Sipstr knows of you" }).waitFor();
  assert.ok(await page.getByText(email).first().isVisible());
  await screenshot(page, "export");
  const found = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
  assert.deepEqual({ troubles, asked: asked.map(String) }, { troubles: [], asked: [] });
});
