"""Fake of Apple and Facebook, of an OpenID provider that lies, and of a resolver of names; each says what a test orders.

    POST /_config/codes {"redirectUri": …, "challenge": …, "header": {"alg": "RS256"}, "claims": {…}}    -> {"code": …}

The next token that is asked for with this code, at whichever house, has this header and these claims. The code is good once,
with the verifier of the challenge and the same redirect URI, as PKCE (RFC 7636) and OAuth have it. `alg` is RS256, ES256, HS256
(with the public key for a secret) or none; a header with `kid` has that one. For Facebook the claims are the profile.

    POST /_config/records {"name": "_sipstr.bottles.example", "text": "…"}

puts a text into the names that GET /dns?name=…&type=TXT answers with.
"""
import argparse
import base64
import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import unquote_plus

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

RSA, P256 = rsa.generate_private_key(public_exponent=65537, key_size=2048), ec.generate_private_key(ec.SECP256R1())
TEAM, APPLE_KEY, APPLE_CLIENT, FACEBOOK_CLIENT = "LOCALTEAM1", "LOCALKEY01", "example.sipstr.web", "1234567890"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value: int, size: int | None = None) -> str:
    return encoded(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def key_set() -> dict:
    modulus, point = RSA.public_key().public_numbers(), P256.public_key().public_numbers()
    return {"keys": [
        {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "rsa", "n": number(modulus.n), "e": number(modulus.e)},
        {"kty": "EC", "use": "sig", "alg": "ES256", "kid": "p256", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)},
    ]}


def sign(header: dict, claims: dict) -> str:
    kid = {"RS256": "rsa", "ES256": "p256", "HS256": "rsa"}.get(header["alg"])
    header = {"typ": "JWT", **({"kid": kid} if kid else {}), **header}
    text = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    match header["alg"]:
        case "RS256":
            signature = RSA.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        case "ES256":
            halves = decode_dss_signature(P256.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
            signature = b"".join(half.to_bytes(32, "big") for half in halves)
        case "HS256":
            public = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            signature = hmac.digest(public, text.encode(), "sha256")
        case _:
            signature = b""
    return f"{text}.{encoded(signature)}"


class House:
    def __init__(self, address: str, secret: str):
        self.address, self.secret = address, secret
        self.codes: dict[str, dict] = {}
        self.profiles: dict[str, dict] = {}
        self.records: dict[str, set[str]] = {}
        self.apple_key = None

    # --- What tests order

    async def order(self, request: web.Request) -> web.Response:
        code = secrets.token_urlsafe(24)
        self.codes[code] = await request.json()
        return web.json_response({"code": code})

    async def record(self, request: web.Request) -> web.Response:
        record = await request.json()
        self.records.setdefault(record["name"], set()).add(record["text"])
        return web.Response()

    async def trust(self, request: web.Request) -> web.Response:
        self.apple_key = serialization.load_pem_public_key((await request.json())["pem"].encode())
        return web.Response()

    # --- What providers answer

    async def token(self, request: web.Request) -> web.Response:
        house, form = request.match_info["house"], await request.post()
        if not self.is_our_client(house, request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        ordered = self.codes.pop(form.get("code", ""), None)
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if ordered is None or ordered["challenge"] != challenge or ordered["redirectUri"] != form.get("redirect_uri"):
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = secrets.token_urlsafe(24)
        if house == "facebook":
            self.profiles[access] = ordered["claims"]
            return web.json_response({"access_token": access, "token_type": "bearer", "expires_in": 3600})
        now = int(time.time())
        audience = APPLE_CLIENT if house == "apple" else "liar"
        claims = {"iss": f"{self.address}/{house}", "aud": audience, "iat": now, "exp": now + 600, **ordered["claims"]}
        header = ordered.get("header", {"alg": "RS256"})
        return web.json_response({"access_token": access, "token_type": "Bearer", "id_token": sign(header, claims)})

    def is_our_client(self, house: str, request: web.Request, form) -> bool:
        if house == "facebook":
            return (form.get("client_id"), form.get("client_secret")) == (FACEBOOK_CLIENT, self.secret)
        if house == "apple":
            return form.get("client_id") == APPLE_CLIENT and self.is_signed_by_us(form.get("client_secret", ""))
        scheme, _, pair = request.headers.get("authorization", "").partition(" ")
        client, _, secret = base64.b64decode(pair).decode().partition(":")
        return scheme == "Basic" and (unquote_plus(client), unquote_plus(secret)) == ("liar", self.secret)

    def is_signed_by_us(self, token: str) -> bool:
        """Apple's client secret: a token of ours, made for just now."""
        try:
            header, claims, signature = token.split(".")
            raw, said = decoded(signature), json.loads(decoded(claims))
            halves = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
            self.apple_key.verify(halves, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except (AttributeError, InvalidSignature, ValueError):
            return False
        names = (json.loads(decoded(header))["kid"], said["iss"], said["sub"], said["aud"])
        current = said["iat"] <= time.time() + 5 and time.time() < said["exp"] <= said["iat"] + 15_777_000
        return current and names == (APPLE_KEY, TEAM, APPLE_CLIENT, f"{self.address}/apple")

    async def profile(self, request: web.Request) -> web.Response:
        access = request.headers.get("authorization", "").removeprefix("Bearer ")
        proof = hmac.new(self.secret.encode(), access.encode(), "sha256").hexdigest()
        if access not in self.profiles or request.query.get("appsecret_proof") != proof:
            return web.json_response({"error": {"message": "Invalid appsecret_proof", "code": 100}}, status=400)
        wanted = request.query.get("fields", "id").split(",")
        return web.json_response({name: value for name, value in self.profiles[access].items() if name in wanted})

    async def describe(self, _request: web.Request) -> web.Response:
        own = f"{self.address}/liar"
        return web.json_response({
            "issuer": own, "authorization_endpoint": f"{own}/authorize", "token_endpoint": f"{own}/token",
            "jwks_uri": f"{own}/keys", "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        })

    async def keys(self, _request: web.Request) -> web.Response:
        return web.json_response(key_set())

    async def resolve(self, request: web.Request) -> web.Response:
        name = request.query["name"]
        texts = sorted(self.records.get(name, ())) if request.query["type"] == "TXT" else []
        answer = [{"name": f"{name}.", "type": 16, "TTL": 60, "data": f'"{text}"'} for text in texts]
        return web.json_response({"Status": 0 if answer else 3, "Answer": answer})


async def ready(_request: web.Request) -> web.Response:
    return web.Response()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fake identity providers on loopback")
    parser.add_argument("--port", type=int, default=8421)
    parser.add_argument("--secret", required=True, help="what our clients are known by")
    args = parser.parse_args()
    house, app = House(f"http://127.0.0.1:{args.port}", args.secret), web.Application()
    app.add_routes([
        web.get("/_config/ready", ready), web.post("/_config/codes", house.order), web.post("/_config/records", house.record),
        web.post("/_config/apple-key", house.trust), web.get("/dns", house.resolve),
        web.post("/{house:apple|facebook|liar}/token", house.token), web.get("/{house:apple|liar}/keys", house.keys),
        web.get("/facebook/me", house.profile), web.get("/liar/.well-known/openid-configuration", house.describe),
    ])
    web.run_app(app, host="127.0.0.1", port=args.port, print=lambda text: print(text, flush=True))


if __name__ == "__main__":
    main()
