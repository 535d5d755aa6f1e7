#!/usr/bin/env python3
"""Plays the story of a bottle against the running stack, and prints each step with what came back."""
import argparse
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from settings import PORTS, Failure, Stack, say

STEPS = iter(range(1, 100))
BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


class Api:
    """The public edge as one person sees it."""

    def __init__(self, base: str, token: str | None = None):
        self.base, self.token = base, token

    def call(self, method: str, path: str, body=None, expect: int = 200, **headers):
        status, answer = self.send(method, path, body, **headers)
        if status != expect:
            raise Failure(f"{method} {path} answered {status}, not {expect}:\n{json.dumps(answer, indent=2)}")
        return answer

    def send(self, method: str, path: str, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data, headers["content-type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                status, text = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        return status, json.loads(text) if text else None

    def login(self, email: str, password: str) -> "Api":
        session = self.call("POST", "/v1/auth/login", {"email": email, "password": password})
        return Api(self.base, session["accessToken"])


def told(title: str, **came_back) -> None:
    say(f"\n{BOLD}{next(STEPS)}. {title}{PLAIN}")
    for name, value in came_back.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        say(f"   {DIM}{name.replace('_', ' ')}{PLAIN}  {text}")


def money(amount: int, currency: str = "USD") -> str:
    return f"{amount / 100:.2f} {currency}"


def wait(what: str, look):
    """What the look finds, once it finds something: for what follows events."""
    for _ in range(300):
        if found := look():
            return found
        time.sleep(0.1)
    raise Failure(f"waited 30 s in vain for {what}")


class Story:
    def __init__(self, description: dict):
        self.stack = description
        self.visitor = Api(description["api"])
        self.here = {"lat": 37.7599, "lng": -122.4214}

    def mails(self, email: str) -> list[str]:
        with urllib.request.urlopen(self.stack["mailbox"], timeout=10) as response:
            by_account = json.load(response)["messages"]
        return [mail["BodyText"] for mails in by_account.values() for mail in mails if email in mail["To"]]

    def login_of(self, role: str, name_part: str = "") -> dict:
        return next(login for login in self.stack["logins"] if login["role"] == role and name_part in login["email"])

    def look_around(self) -> None:
        near = self.visitor.call("GET", f"/v1/stores?near={self.here['lat']},{self.here['lng']}")["items"]
        self.store = near[0]
        told("A visitor finds the stores that deliver to her", stores=[f"{s['name']}, {s['distanceMetres']} m" for s in near])
        query = urllib.parse.urlencode({"storeId": self.store["id"], "q": "pale ale", "limit": 3})
        found = self.visitor.call("GET", f"/v1/products?{query}")["items"]
        told("She searches for “pale ale”", found=[self.describe(product) for product in found])
        self.products = [p for p in found if p["availability"]["state"] == "in_stock"][:1]
        query = urllib.parse.urlencode({"storeId": self.store["id"], "category": "wine", "sort": "price", "limit": 5})
        wines = self.visitor.call("GET", f"/v1/products?{query}")
        told("… and pages through the wines by price", first_page=[self.describe(product) for product in wines["items"]])
        self.products += [p for p in wines["items"] if p["availability"]["state"] == "in_stock"][:1]

    @staticmethod
    def describe(product: dict) -> str:
        return f"{product['name']} ({product['maker']}), {product['abv']}, {product['volumeMl']} ml, {money(product['price']['amount'])}, {product['availability']['state']}"

    def join(self) -> None:
        self.email, password = f"ada-{uuid.uuid4().hex[:8]}@example.test", "correct horse battery staple"
        form = {"email": self.email, "password": password, "name": "Ada Adult", "dateOfBirth": "1990-05-17"}
        self.visitor.call("POST", "/v1/auth/register", form, expect=202)
        mail = wait("the mail with the code", lambda: next(iter(self.mails(self.email)), None))
        code = re.search(r"\b[0-9]{6}\b", mail).group()
        self.visitor.call("POST", "/v1/auth/verify-email", {"email": self.email, "code": code}, expect=204)
        self.ada = self.visitor.login(self.email, password)
        told("She registers, and proves her address with the code from the mail", e_mail=self.email, code=code)
        address = {
            "recipient": "Ada Adult", "line1": "3543 18th Street", "city": "San Francisco", "region": "CA",
            "postalCode": "94110", "country": "US", "location": self.here,
        }
        self.address = self.ada.call("POST", "/v1/me/addresses", address, expect=201, idempotency_key=str(uuid.uuid4()))
        told("She says where she lives", address=f"{address['line1']}, {address['city']}")

    def order_and_pay(self) -> None:
        choices = {"storeId": self.store["id"], "addressId": self.address["id"], "promoCode": "WELCOME10", "tip": 400}
        self.ada.call("PUT", "/v1/cart", choices)
        for product in self.products:
            self.ada.call("PUT", f"/v1/cart/items/{product['id']}", {"quantity": 2})
        quote = self.ada.call("GET", "/v1/cart/quote")
        told("The quote explains itself", obstacles=quote["obstacles"])
        for row in quote["charges"]:
            say(f"   {money(row['amount']):>14}  {row['explanation']}")
        say(f"   {money(quote['total']):>14}  in all")
        key, body = str(uuid.uuid4()), {"quoteToken": quote["quoteToken"]}
        placed = self.ada.call("POST", "/v1/orders", body, expect=201, idempotency_key=key)
        again = self.ada.call("POST", "/v1/orders", body, expect=201, idempotency_key=key)
        self.order = placed["order"]["id"]
        told("She orders; the same request again is the same order", order=self.order, again=again["order"]["id"],
             state=placed["order"]["state"], payment=placed["payment"]["reference"])
        self.pay(placed["payment"]["reference"])
        told("She pays; the signed webhook confirms the order", order=self.becomes("confirmed"))

    def pay(self, intent: str) -> None:
        """What the provider's fields in her app do with the client secret."""
        url = f"{self.stack['stripe']}/v1/payment_intents/{intent}/confirm"
        form = urllib.parse.urlencode({"payment_method": "pm_card_visa"}).encode()
        request = urllib.request.Request(url, form, {"authorization": "Bearer sk_test_demo"})
        urllib.request.urlopen(request, timeout=10).close()

    def becomes(self, state: str) -> str:
        path = f"/v1/orders/{self.order}"
        order = wait(f"the order to be {state}", lambda: (o := self.ada.call("GET", path))["state"] == state and o)
        return f"{order['state']}, payment {order['payment']['status']}"

    def prepare(self) -> None:
        staff = [login for login in self.stack["logins"] if login["role"].startswith("store")]
        for login in staff:
            manager = self.visitor.login(login["email"], login["password"])
            if manager.send("GET", f"/v1/stores/{self.store['id']}/orders?limit=1")[0] == 200:
                break
        path = f"/v1/stores/{self.store['id']}/orders/{self.order}"
        manager.call("POST", f"{path}/accept", {"preparationMinutes": 12})
        told("The store accepts and picks", by=login["email"], order=self.becomes("preparing"))
        manager.call("POST", f"{path}/ready", {})
        told("… and marks it ready", order=self.becomes("ready"))
        self.manager = manager

    def deliver(self) -> None:
        path = f"/v1/deliveries/{self.order.replace('ord_', 'dlv_')}"
        couriers = {l["email"]: self.visitor.login(l["email"], l["password"]) for l in self.stack["logins"] if l["role"] == "courier"}

        def assigned():
            return next(((email, api) for email, api in couriers.items() if api.send("GET", path)[0] == 200), None)

        email, courier = wait("a courier", assigned)
        courier.call("POST", f"{path}/pick-up", {})
        told("The nearest free courier is assigned and picks up", courier=email, order=self.becomes("out_for_delivery"))
        child = {"idMethod": "passport", "dateOfBirth": "2010-05-17", "matchesRecipient": True, "sober": True}
        status, problem = courier.send("POST", f"{path}/hand-over", child)
        told("An ID that is too young is refused by the law", status=str(status), code=problem["code"], rule=problem["rule"])
        courier.call("POST", f"{path}/hand-over", {**child, "dateOfBirth": "1990-05-17"})
        told("The right ID, of age, sober: handed over", order=self.becomes("delivered"))

    def inbox_with_the_delivery(self):
        inbox = self.ada.call("GET", "/v1/notifications")
        return inbox if any(notice["kind"] == "delivered" for notice in inbox["items"]) else None

    def look_back(self) -> None:
        inbox = wait("the last notice", self.inbox_with_the_delivery)
        told("She was told at each step", notices=[notice["title"] for notice in reversed(inbox["items"])], mails=str(len(self.mails(self.email))))
        order = self.ada.call("GET", f"/v1/orders/{self.order}")
        told("The order's life", timeline=[f"{step['state']} ({step['actor']})" for step in order["timeline"]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", choices=PORTS, default="dev")
    description = Stack(parser.parse_args().stack).describe()
    if not description:
        sys.exit("No stack is running; start it with `make up`.")
    story = Story(description)
    try:
        for part in (story.look_around, story.join, story.order_and_pay, story.prepare, story.deliver, story.look_back):
            part()
    except Failure as failure:
        sys.exit(f"\n{failure}")
    say("\nThat is the whole story. `make logs` shows what the functions said meanwhile.")


if __name__ == "__main__":
    main()
