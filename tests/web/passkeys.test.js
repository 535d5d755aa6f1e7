// Passkeys in a real browser: made and used on a page of the stack's own origin, through the public API, with an authenticator
// that Chromium plays. Here the browser, and nobody of ours, decides what an answer looks like.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { open, stack, watched } from "./browser.js";

const PASSWORD = "correct horse battery staple";

let browser;

before(async () => {
  browser = await open();
});
after(() => browser?.close());

async function call(method, path, body, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(stack.api + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}

/** The newest code that was mailed to an address. */
async function codeFor(email) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { messages } = await (await fetch(stack.mailbox)).json();
    const mails = Object.values(messages).filter(Array.isArray).flat().filter(({ To }) => To?.includes(email));
    const code = mails.at(-1)?.BodyText.match(/\b\d{6}\b/)?.[0];
    if (code) return code;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no mail came to ${email}`);
}

/** Somebody who has proved her address and is signed in. */
async function ada() {
  const email = `passkey-${randomUUID()}@example.test`;
  await call("POST", "/v1/auth/register", { email, password: PASSWORD, name: "Ada Adult", dateOfBirth: "1990-05-17" });
  await call("POST", "/v1/auth/verify-email", { email, code: await codeFor(email) });
  const { accessToken } = await call("POST", "/v1/auth/login", { email, password: PASSWORD });
  return { email, token: accessToken };
}

/** A page of the stack's origin, with an authenticator that keeps passkeys and verifies its holder. */
async function page() {
  const watch = await watched(browser.context);
  await watch.page.goto(stack.docs);
  const devtools = await browser.context.newCDPSession(watch.page);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  const added = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, automaticPresenceSimulation: true },
  });
  return { ...watch, devtools, authenticator: added.authenticatorId };
}

/** Runs a ceremony as a page of the product would; returns the status and the body of the last answer. */
const inPage = {
  create: async ({ api, token, name }) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const offer = await (await fetch(`${api}/v1/me/passkeys/options`, { method: "POST", headers })).json();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(offer.publicKey);
    const credential = await navigator.credentials.create({ publicKey });
    const body = JSON.stringify({ name, credential: credential.toJSON() });
    const answer = await fetch(`${api}/v1/me/passkeys`, { method: "POST", headers, body });
    return { status: answer.status, body: await answer.json() };
  },
  get: async ({ api, path, before, after }) => {
    const headers = { "content-type": "application/json" };
    const post = (to, body) => fetch(`${api}${to}`, { method: "POST", headers, body: body && JSON.stringify(body) });
    const question = await (await post(`${path}/options`, before)).json();
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(question.publicKey);
    const credential = await navigator.credentials.get({ publicKey });
    const answer = await post(path, { ...after, credential: credential.toJSON() });
    return { status: answer.status, body: await answer.json() };
  },
};

test("a passkey is made, and signs in without a name", async () => {
  const { email, token } = await ada();
  const { page: shown, devtools, authenticator, troubles } = await page();
  const made = await shown.evaluate(inPage.create, { api: stack.api, token, name: "Chromium" });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.body.recoveryCodes.length, 10);

  const signedIn = await shown.evaluate(inPage.get, {
    api: stack.api,
    path: "/v1/auth/passkey",
    after: { refreshIn: "cookie" },
  });
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));
  assert.equal(signedIn.body.refreshToken, undefined, "no script sees it");
  const me = await call("GET", "/v1/me", undefined, signedIn.body.accessToken);
  assert.equal(me.email, email);
  const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId: authenticator });
  assert.deepEqual(credentials.map(({ isResidentCredential }) => isResidentCredential), [true]);
  assert.deepEqual(troubles, []);
  await shown.close();
});

test("after the password a passkey is the second factor, and a device has one of an account", async () => {
  const { email, token } = await ada();
  const { page: shown } = await page();
  const made = await shown.evaluate(inPage.create, { api: stack.api, token, name: "Chromium" });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const again = shown.evaluate(inPage.create, { api: stack.api, token, name: "Chromium again" });
  await assert.rejects(again, /InvalidStateError/, "the browser heeds the list of those to exclude");

  const first = await call("POST", "/v1/auth/login", { email, password: PASSWORD });
  assert.deepEqual(first.methods, ["passkey"]);
  const { secondFactorToken } = first;
  const signedIn = await shown.evaluate(inPage.get, {
    api: stack.api,
    path: "/v1/auth/second-factor/passkey",
    before: { secondFactorToken },
    after: { secondFactorToken },
  });
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));
  await shown.close();
});

test("an authenticator that does not verify its holder is of no use", async () => {
  const { token } = await ada();
  const { page: shown, devtools, authenticator } = await page();
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: false });
  const made = shown.evaluate(inPage.create, { api: stack.api, token, name: "Nobody's" });
  await assert.rejects(made, /NotAllowedError/);
  await shown.close();
});
