"""What a fresh stack needs before it can work: secrets, keys, the webhook, and the demo city."""
import base64
import json
import os
import secrets
import urllib.request

from aws import client
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from settings import CLIENT_SECRET, PREFIX, ROOT, TARGET, Stack, run, say, step

DEMO = f"/{PREFIX}/demo"


def secret_value(stack: Stack, name: str) -> dict | None:
    manager = client(stack, "secretsmanager")
    try:
        # A secret without a value is an error on AWS and an answer without text on the emulator.
        return json.loads(manager.get_secret_value(SecretId=f"{PREFIX}/{name}").get("SecretString") or "null")
    except manager.exceptions.ResourceNotFoundException:
        return None


def put_secret(stack: Stack, name: str, value: dict) -> None:
    client(stack, "secretsmanager").put_secret_value(SecretId=f"{PREFIX}/{name}", SecretString=json.dumps(value))


def seed(stack: Stack) -> None:
    """Gives a value to every secret that has none, and tells the fakes where events go and what we are known by."""
    with step("Secrets, keys and webhook") as note:
        made = []
        if secret_value(stack, "jwt-signing-key") is None:
            make_signing_key(stack)
            made.append("signing key")
        if secret_value(stack, "app-keys") is None:
            put_secret(stack, "app-keys", {"current": base64.b64encode(secrets.token_bytes(32)).decode()})
            made.append("app keys")
        stripe = secret_value(stack, "stripe")
        if stripe is None:
            stripe = {"apiKey": "sk_test_" + secrets.token_hex(12), "webhookSecrets": ["whsec_" + secrets.token_hex(16)]}
            put_secret(stack, "stripe", stripe)
            made.append("payment keys")
        if secret_value(stack, "maps") is None:
            put_secret(stack, "maps", {"apiKey": secrets.token_hex(12)})
            made.append("map key")
        providers = secret_value(stack, "federation")
        if providers is None:
            providers = {"google": CLIENT_SECRET, "facebook": CLIENT_SECRET, "apple": new_key_of_p256()}
            put_secret(stack, "federation", providers)
            made.append("clients of providers")
        call(f"{stack.identity}/_config/apple-key", {"pem": public_half(providers["apple"])})
        call(f"{stack.stripe}/_config/webhooks/sipstr", {"url": f"{stack.api}/v1/webhooks/stripe", "secret": stripe["webhookSecrets"][0]})
        note(", ".join(made) or "as before")


def make_signing_key(stack: Stack) -> None:
    """The private half goes into the secret, the public half where accounts-api publishes it from."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = secrets.token_hex(8)
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": base64url(numbers.n), "e": base64url(numbers.e)}
    client(stack, "dynamodb").put_item(
        TableName=f"{PREFIX}-settings", Item={"pk": {"S": "jwks"}, "value": {"S": json.dumps({"keys": [jwk]})}},
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    put_secret(stack, "jwt-signing-key", {"kid": kid, "privateKeyPem": pem.decode()})


def new_key_of_p256() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def public_half(pem: str) -> str:
    key = serialization.load_pem_private_key(pem.encode(), None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


def call(address: str, body: dict | None = None, method: str = "POST") -> None:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(address, data, {"content-type": "application/json"}, method=method)
    urllib.request.urlopen(request, timeout=10).close()


def load_demo(stack: Stack) -> None:
    """Loads the demo once for each set of data; the loader writes its logins into the stack's file."""
    loader = TARGET / "debug" / "demo-city"
    if not loader.exists():
        say("  (no demo: its loader, package demo-city, is not built)")
        return
    ssm = client(stack, "ssm")
    if ssm.get_parameters(Names=[DEMO])["Parameters"]:
        return
    with step("Load the demo city"):
        run([loader, "load", "--stack", stack.file], stack.folder / "logs" / "demo.log", cwd=ROOT, env=dict(os.environ))
        ssm.put_parameter(Name=DEMO, Value="loaded", Type="String", Overwrite=True)


def empty(stack: Stack) -> None:
    """Removes all data and keeps the infrastructure, the keys and the secrets."""
    dynamodb, sqs, ssm = (client(stack, service) for service in ("dynamodb", "sqs", "ssm"))
    with step("Empty tables, queues and payments") as note:
        count = 0
        for table in (name for page in dynamodb.get_paginator("list_tables").paginate() for name in page["TableNames"]):
            if table.startswith(f"{PREFIX}-"):
                count += empty_table(dynamodb, table)
        for queue in sqs.list_queues(QueueNamePrefix=f"{PREFIX}-").get("QueueUrls", []):
            sqs.purge_queue(QueueUrl=queue)
        call(f"{stack.stripe}/_config/data", method="DELETE")
        ssm.delete_parameters(Names=[DEMO])
        note(f"{count} items")
    description = stack.describe()
    if description:
        stack.file.write_text(json.dumps({**description, "logins": []}, indent=2) + "\n")


def empty_table(dynamodb, table: str) -> int:
    keys = [key["AttributeName"] for key in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
    names = {f"#{i}": key for i, key in enumerate(keys)}
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ProjectionExpression=",".join(names), ExpressionAttributeNames=names)
    items = [item for page in pages for item in page["Items"] if item["pk"].get("S") != "jwks"]
    for i in range(0, len(items), 25):
        dynamodb.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": item}} for item in items[i : i + 25]]})
    return len(items)
