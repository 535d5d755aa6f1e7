"""Launcher of localstripe, the fake of Stripe.

localstripe listens on every interface, keeps its data in one place for all, ignores Idempotency-Key and is silent where
Stripe sends an event. This launcher makes up for that, in the shapes that Stripe documents, and lets tests order faults:

    POST /_config/faults {"path": "/v1/payment_intents", "status": 500, "times": 1, "after": true, "delayMs": 0}

`path` is a prefix, `method` (POST when absent) must match, and so must the body, which has to contain `contains` where
that is given: a test orders faults for its own order, while others go on. The next `times` requests wait `delayMs` and are answered with
`status`; with `after` the request is carried out first, so that only its answer is lost. Without `status` they are only
late. DELETE /_config/faults takes all of them back.

Of Stripe Identity it knows verification sessions. What the document shows is told by

    POST /_config/identity/{id} {"status": "verified", "dob": {"year": 1990, "month": 5, "day": 17}}
"""
import argparse
import asyncio
import hashlib
import json
import logging
import pickle
import secrets
from pathlib import Path

from aiohttp import web
from localstripe import resources
from localstripe.errors import UserError
from localstripe.resources import Charge, Event, PaymentIntent, PaymentMethod, Refund, schedule_webhook, store

# --- What Stripe answers and sends, and localstripe does not


def replace_api(url: str, make) -> None:
    """Puts make(original) in the place of the handler of POST url."""
    for i, (method, path, handler) in enumerate(resources.extra_apis):
        if (method, path) == ("POST", url):
            resources.extra_apis[i] = (method, path, make(handler))
            return
    raise LookupError(url)


def patch_payment_intents() -> None:
    def create_charge(self, on_failure_now, original=PaymentIntent._create_charge):
        original(self, on_failure_now)
        if self.status == "requires_capture":
            schedule_webhook(Event("payment_intent.amount_capturable_updated", self))

    def export(self, expand=None, original=PaymentIntent._export):
        exported = original(self, expand)
        if self.latest_charge is not None and "latest_charge" not in (expand or []):
            exported["latest_charge"] = self.latest_charge.id
        return exported

    def create(cls, original=PaymentIntent._api_create.__func__, description=None, automatic_payment_methods=None, **data):
        return original(cls, **data)

    def confirm(original):
        def handler(id, payment_method=None, **kwargs):
            intent = PaymentIntent._api_retrieve(id)
            if payment_method is not None:
                if intent.status not in ("requires_payment_method", "requires_confirmation"):
                    raise UserError(400, "This PaymentIntent cannot be confirmed.", {"code": "payment_intent_unexpected_state"})
                PaymentMethod._api_retrieve(payment_method)
                intent.payment_method, intent.latest_charge = payment_method, None
            return original(id, **kwargs)
        return handler

    def cancel(original):
        def handler(id, cancellation_reason=None, **kwargs):
            intent = original(id, **kwargs)
            intent.cancellation_reason = cancellation_reason
            schedule_webhook(Event("payment_intent.canceled", intent))
            return intent
        return handler

    def capture(original):
        def handler(id, **kwargs):
            if PaymentIntent._api_retrieve(id).status != "requires_capture":
                raise UserError(400, "This PaymentIntent could not be captured.", {"code": "payment_intent_unexpected_state"})
            return original(id, **kwargs)
        return handler

    PaymentIntent._create_charge = create_charge
    PaymentIntent._export = export
    PaymentIntent._api_create = classmethod(create)
    PaymentIntent.cancellation_reason = None
    PaymentIntent.amount_capturable = property(lambda self: self.amount if self.status == "requires_capture" else 0)
    PaymentIntent.amount_received = property(amount_received)
    Charge._raise_failure = raise_card_error
    # Cards that Stripe declines at once are only refused for attaching by localstripe.
    declined = PaymentMethod._charging_is_declined
    PaymentMethod._charging_is_declined = lambda self: declined(self) or self._attaching_is_declined()
    replace_api("/v1/payment_intents/{id}/confirm", confirm)
    replace_api("/v1/payment_intents/{id}/cancel", cancel)
    replace_api("/v1/payment_intents/{id}/capture", capture)


def raise_card_error(charge: Charge) -> None:
    failure = UserError(402, charge.failure_message, {"code": charge.failure_code, "charge": charge.id})
    failure.body["error"]["type"] = "card_error"
    raise failure


def amount_received(intent: PaymentIntent) -> int:
    if intent.status != "succeeded":
        return 0
    # Capturing less than the whole makes localstripe write a refund for the rest, without an intent.
    uncaptured = sum(refund.amount for refund in intent.latest_charge.refunds._list if refund.payment_intent is None)
    return intent.amount - uncaptured


def patch_refunds() -> None:
    def create(cls, original=Refund._api_create.__func__, reason=None, **data):
        if data.get("charge"):
            charge = Charge._api_retrieve(data["charge"])
            data = {**data, "payment_intent": charge.payment_intent, "charge": None} if charge.payment_intent else data
        elif data.get("payment_intent"):
            charge = PaymentIntent._api_retrieve(data["payment_intent"]).latest_charge
        else:
            raise UserError(400, "Expected charge or payment_intent")
        if charge is None or not charge.captured:
            raise UserError(400, "This payment has no captured charge to refund.")
        left = charge.amount - charge.amount_refunded
        if left <= 0:
            raise UserError(400, f"Charge {charge.id} has already been refunded.", {"code": "charge_already_refunded"})
        if int(data.get("amount") or left) > left:
            raise UserError(400, "Refund amount is greater than unrefunded amount on charge.")
        refund = original(cls, **{**data, "amount": data.get("amount") or left})
        refund.reason = reason
        schedule_webhook(Event("refund.created", refund))
        schedule_webhook(Event("charge.refunded", charge))
        schedule_webhook(Event("refund.updated", refund))
        return refund

    Refund._api_create = classmethod(create)
    Refund.reason = None


# --- Idempotency-Key: the same key has the same answer, once a request was carried out


def error(status: int, kind: str, message: str, code: str | None = None) -> web.Response:
    return web.json_response({"error": {"type": kind, "message": message, "code": code}}, status=status)


class Idempotency:
    def __init__(self):
        self.answers: dict[tuple, tuple] = {}
        self.running: set[tuple] = set()

    @web.middleware
    async def middleware(self, request: web.Request, handler):
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST" or request.path.startswith("/_config/"):
            return await handler(request)
        key = (request.headers.get("Authorization"), key)
        fingerprint = (request.path, hashlib.sha256(await request.read()).hexdigest())
        if key in self.running:
            return error(409, "idempotency_error", "A request with this key is still running.", "idempotency_key_in_use")
        if key in self.answers:
            seen, status, body = self.answers[key]
            if seen != fingerprint:
                return error(400, "idempotency_error", "Keys can only be used with the parameters they were first used with.")
            return web.Response(status=status, body=body, content_type="application/json", headers={"Idempotent-Replayed": "true"})
        self.running.add(key)
        try:
            response = await handler(request)
        finally:
            self.running.discard(key)
        # Stripe keeps no answer of a request that it refused before it did anything.
        if response.status not in (400, 401, 404, 409, 429):
            self.answers[key] = (fingerprint, response.status, response.body)
        return response


# --- Faults on demand


class Faults:
    def __init__(self):
        self.ordered: list[dict] = []

    async def take(self, request: web.Request) -> dict | None:
        body = await request.text()
        for fault in self.ordered:
            same = request.method == fault.get("method", "POST") and request.path.startswith(fault["path"])
            if same and fault.get("contains", "") in body:
                fault["times"] -= 1
                if fault["times"] <= 0:
                    self.ordered.remove(fault)
                return fault
        return None

    @web.middleware
    async def middleware(self, request: web.Request, handler):
        if request.path.startswith("/_config/"):
            return await handler(request)
        fault = await self.take(request)
        if fault is None:
            return await handler(request)
        response = None
        if fault.get("after") or "status" not in fault:
            response = await handler(request)
        await asyncio.sleep(fault.get("delayMs", 0) / 1000)
        if "status" in fault:
            return error(fault["status"], "api_error", "Ordered by a test.")
        return response

    async def add(self, request: web.Request) -> web.Response:
        fault = await request.json()
        self.ordered.append({**fault, "times": int(fault.get("times", 1)), "path": str(fault["path"])})
        return web.Response()

    async def clear(self, request: web.Request) -> web.Response:
        self.ordered.clear()
        return web.Response()


# --- Stripe Identity: sessions whose outcome a test tells


class Identity:
    def __init__(self):
        self.sessions: dict[str, dict] = {}

    async def create(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("type") != "document" or not form.get("return_url"):
            return error(400, "invalid_request_error", "Expected type=document and return_url.")
        id = f"vs_{secrets.token_hex(12)}"
        self.sessions[id] = {
            "id": id, "object": "identity.verification_session", "type": "document", "status": "requires_input",
            "url": f"https://verify.stripe.example/start/{id}", "metadata": {"user_id": form.get("metadata[user_id]")},
            "last_error": None, "verified_outputs": None, "redaction": None,
        }
        return web.json_response(self.sessions[id])

    async def show(self, request: web.Request) -> web.Response:
        session = self.sessions.get(request.match_info["id"])
        if session is None:
            return error(404, "invalid_request_error", "No such session.", "resource_missing")
        # Sensitive results are left out unless they are asked for by name.
        asked = "verified_outputs.dob" in request.query.getall("expand[]", [])
        return web.json_response(session if asked else {**session, "verified_outputs": None})

    async def redact(self, request: web.Request) -> web.Response:
        session = self.sessions.get(request.match_info["id"])
        if session is None:
            return error(404, "invalid_request_error", "No such session.", "resource_missing")
        session |= {"redaction": {"status": "processing"}, "verified_outputs": None}
        return web.json_response(session)

    async def tell(self, request: web.Request) -> web.Response:
        told, session = await request.json(), self.sessions[request.match_info["id"]]
        session["status"] = told["status"]
        session["last_error"] = {"code": told["error"], "reason": "Told by a test."} if told.get("error") else None
        session["verified_outputs"] = {"dob": told["dob"]} if told.get("dob") else None
        return web.Response()


# --- Data: kept over a restart, written once at the end (localstripe writes all of it on every change)


def persist(app: web.Application, path: Path | None, idempotency: Idempotency) -> None:
    type(store).dump_to_disk = lambda self: None
    if path is None:
        return
    if path.exists():
        saved, idempotency.answers = pickle.loads(path.read_bytes())
        store.update(saved)

    async def save(_app):
        path.write_bytes(pickle.dumps((dict(store), idempotency.answers)))
    app.on_shutdown.append(save)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fake Stripe on loopback")
    parser.add_argument("--port", type=int, default=8420)
    parser.add_argument("--data", type=Path, help="file that keeps the data between runs")
    args = parser.parse_args()

    patch_payment_intents()
    patch_refunds()
    from localstripe.server import app  # only now: it binds the handlers when it is imported

    idempotency, faults, identity = Idempotency(), Faults(), Identity()
    persist(app, args.data, idempotency)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")  # requests, and what became of webhooks
    # Faults stand outside, so that a repeated request finds the answer that was lost.
    app.middlewares.insert(0, idempotency.middleware)
    app.middlewares.insert(0, faults.middleware)
    app.router.add_post("/_config/faults", faults.add)
    app.router.add_delete("/_config/faults", faults.clear)
    app.router.add_post("/_config/identity/{id}", identity.tell)
    app.router.add_post("/v1/identity/verification_sessions", identity.create)
    app.router.add_get("/v1/identity/verification_sessions/{id}", identity.show)
    app.router.add_post("/v1/identity/verification_sessions/{id}/redact", identity.redact)
    web.run_app(app, host="127.0.0.1", port=args.port, print=lambda text: print(text, flush=True))


if __name__ == "__main__":
    main()
