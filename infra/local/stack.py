#!/usr/bin/env python3
"""Runs Sipstr on this machine: `stack.py up|run|down|reset|logs|status [--stack dev|test]`. See README.md."""
import argparse
import signal
import sys
import time
import urllib.error
import urllib.request

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed: https://www.python.org/downloads/")

from settings import PORTS, Failure, Stack, say  # noqa: E402
from tools import check_tools, ensure_venv  # noqa: E402

ADDRESSES = {"API": "api", "API documentation": "docs", "Mailbox": "mailbox", "Payments (fake Stripe)": "stripe", "AWS endpoint": "aws"}


def up(stack: Stack, fresh: bool = False) -> None:
    from build import build
    from deploy import deploy, forget
    from processes import start, stop
    from seed import load_demo, seed

    begin = time.monotonic()
    say(f"Stack {stack.name}")
    if fresh:
        stop(stack)
        forget(stack)
    packages = build(stack)
    start(stack)
    deploy(stack, packages)
    seed(stack)
    stack.write_description()
    load_demo(stack)
    say(f"Ready after {time.monotonic() - begin:.1f} s.")
    show(stack)


def show(stack: Stack) -> None:
    description = stack.describe()
    say("")
    for title, key in ADDRESSES.items():
        say(f"  {title:<24}{description[key]}")
    if description["logins"]:
        say(f"\n  {'Role':<24}{'E-mail':<40}Password")
    for login in description["logins"]:
        say(f"  {login['role']:<24}{login['email']:<40}{login['password']}")
    say("")


def run_foreground(stack: Stack, _arguments) -> None:
    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    try:
        up(stack)
        say("Ctrl-C stops everything; the data stays. `make logs` in another terminal shows what happens.")
        from processes import running, wanted_count

        while len(running(stack)) == wanted_count(stack):
            time.sleep(1)
        raise Failure(f"A process ended by itself; see .local/{stack.name}/logs/.")
    except KeyboardInterrupt:
        say("\nStopping.")
    finally:
        down(stack)


def down(stack: Stack, _arguments=None) -> None:
    from processes import stop

    stopped = stop(stack)
    say(f"Stopped {' and '.join(stopped)}." if stopped else f"Stack {stack.name} was not running.")


def reset(stack: Stack, _arguments) -> None:
    from seed import empty, load_demo

    need_running(stack)
    empty(stack)
    load_demo(stack)
    show(stack)


def logs(stack: Stack, arguments) -> None:
    from logs import follow

    need_running(stack)
    try:
        follow(stack, arguments.since, not arguments.once)
    except KeyboardInterrupt:
        pass


def verify(stack: Stack, _arguments) -> None:
    from build import package_dir
    from deploy import check_unchanged
    from settings import step

    need_running(stack)
    with step("Plan again: nothing may differ"):
        check_unchanged(stack, package_dir(stack.external))


def status(stack: Stack, _arguments) -> None:
    from processes import running

    alive = running(stack)
    if not alive:
        say(f"Stack {stack.name} is not running.")
        return
    for name, entry in alive.items():
        say(f"  {name:<24}process {entry['pid']}, since {entry['started']}")
    try:
        code = urllib.request.urlopen(f"{stack.api}/v1/health", timeout=5).status
    except urllib.error.HTTPError as error:
        code = error.code
    except OSError as error:
        code = error
    say(f"  {'health of the API':<24}{code}")
    show(stack)


def need_running(stack: Stack) -> None:
    from processes import running

    if not stack.external and "emulator" not in running(stack):
        raise Failure(f"Stack {stack.name} is not running; start it with `make up`.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = {
        "up": lambda stack, arguments: up(stack, arguments.fresh), "run": run_foreground, "down": down, "reset": reset,
        "logs": logs, "status": status, "verify": verify,
    }
    parser.add_argument("command", choices=commands)
    parser.add_argument("--stack", choices=PORTS, default="dev")
    parser.add_argument("--fresh", action="store_true", help="up: forget all data and apply everything anew")
    parser.add_argument("--since", type=int, default=600, help="logs: begin so many seconds ago")
    parser.add_argument("--once", action="store_true", help="logs: do not wait for more")
    arguments = parser.parse_args()
    try:
        check_tools()
        ensure_venv()
        commands[arguments.command](Stack(arguments.stack), arguments)
    except Failure as failure:
        sys.exit(f"\n{failure}")


if __name__ == "__main__":
    main()
