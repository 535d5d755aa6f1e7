#!/usr/bin/env python3
"""Serves one function from its source for debugging, with the settings that it has on the running stack.

Invoke it from another terminal: `make invoke FUNCTION=catalog-api EVENT=events/aws/catalog-api.search.json`.
"""
import argparse
import os
import subprocess
import sys

from settings import CACHE, PORTS, PREFIX, REGION, ROOT, TARGET, Stack, say
from tools import ensure_venv

INVOKE_PORT = 9000


def cargo_lambda(*arguments: str, **options) -> int:
    command = [CACHE / "venv" / "bin" / "cargo-lambda", "lambda", *arguments]
    return subprocess.call([str(part) for part in command], cwd=ROOT, **options)


def settings_of(stack: Stack, function: str) -> dict:
    from aws import client

    configuration = client(stack, "lambda").get_function_configuration(FunctionName=f"{PREFIX}-{function}")
    return configuration.get("Environment", {}).get("Variables", {})


def watch(stack: Stack, function: str) -> int:
    variables = settings_of(stack, function) | {
        "AWS_ENDPOINT_URL": stack.aws, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }
    say(f"{function} on http://127.0.0.1:{INVOKE_PORT}/lambda-url/{function}/ and for `make invoke`; it is rebuilt on each change.")
    # Debug builds go where the tests' go; --invoke-address keeps the server on loopback.
    environment = os.environ | variables | {"CARGO_TARGET_DIR": str(TARGET)}
    address = ["--invoke-address", "127.0.0.1", "--invoke-port", str(INVOKE_PORT)]
    return cargo_lambda("watch", *address, "--bin", function, env=environment)


def invoke(function: str, event: str) -> int:
    address = ["--invoke-address", "127.0.0.1", "--invoke-port", str(INVOKE_PORT)]
    return cargo_lambda("invoke", *address, "--data-file", event, function)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["watch", "invoke"])
    parser.add_argument("function")
    parser.add_argument("--event")
    parser.add_argument("--stack", choices=PORTS, default="dev")
    arguments = parser.parse_args()
    ensure_venv()
    if arguments.command == "watch":
        sys.exit(watch(Stack(arguments.stack), arguments.function))
    sys.exit(invoke(arguments.function, arguments.event))


if __name__ == "__main__":
    main()
