// A real OpenID provider (npm oidc-provider) on loopback. It asks nobody anything: whoever comes is who the parameter
// `login_hint` says, JSON with the claims, or else Ada; and everything is consented to.
//
//   node issuer.js <port> <secret of its clients>

import { generateKeyPairSync } from "node:crypto";
import http from "node:http";

import { Provider } from "oidc-provider";

const [port, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const pages = ["http://localhost:5173/signed-in"];
const ADA = { sub: "ada", email: "ada@issuer.example", email_verified: true, name: "Ada Adult" };

const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const people = new Map();

const client = (id, method) => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: pages,
  response_types: ["code"],
  grant_types: ["authorization_code"],
  token_endpoint_auth_method: method,
});

const provider = new Provider(issuer, {
  clients: [client("sipstr", "client_secret_post"), client("a store", "client_secret_basic")],
  jwks: { keys: [{ ...key, use: "sig", alg: "RS256", kid: `of-${process.pid}` }] },
  cookies: { keys: [secret] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  conformIdTokenClaims: false,
  pkce: { methods: ["S256"], required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, sub) => people.has(sub) && { accountId: sub, claims: () => people.get(sub) },
  ttl: { Session: 1, Grant: 600, Interaction: 600, IdToken: 600, AccessToken: 600 },
});

async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    const person = params.login_hint ? JSON.parse(params.login_hint) : ADA;
    people.set(person.sub, person);
    return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

const answer = provider.callback();
const server = http.createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
});
server.listen(Number(port), "127.0.0.1", () => console.log(`listening at ${issuer}`));
process.on("SIGTERM", () => process.exit(0));
