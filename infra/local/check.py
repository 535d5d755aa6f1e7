#!/usr/bin/env python3
"""Everything that must pass before a change lands, step by step; CI runs the same. `--only lint` takes the quick ones."""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dynamodb_local
from settings import HERE, ROOT, TARGET, Failure, Stack
from terraform import TERRAFORM, terraform_environment

STACK = Stack("test")
CARGO_ENVIRONMENT = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
FLOW_CRATE = "sipstr-tests"
FLOWS = ("test", "-p", FLOW_CRATE, "--locked", "--no-fail-fast", "--test", "it")
CONTRACT = ("test", "-p", FLOW_CRATE, "--locked", "--no-fail-fast", "--test", "storage")
SUMMARY = ROOT / ".local" / "check.txt"
OUTCOMES = {True: "passed", False: "FAILED", None: "skipped"}
results: list[tuple[str, bool | None, float]] = []


def step(title: str, command: list, **options) -> bool:
    print(f"\n==> {title}: {' '.join(map(str, command))}", flush=True)
    begin = time.monotonic()
    passed = subprocess.run([str(part) for part in command], cwd=options.pop("cwd", ROOT), **options).returncode == 0
    results.append((title, passed, time.monotonic() - begin))
    return passed


def cargo(title: str, *arguments: str, **extra: str) -> bool:
    return step(title, ["cargo", *arguments], env={**CARGO_ENVIRONMENT, **extra})


def lint() -> bool:
    checks = [
        cargo("format", "fmt", "--all", "--check"),
        cargo("clippy", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"),
        step("terraform format", ["terraform", "fmt", "-check", "-recursive", "-diff", TERRAFORM]),
    ]
    return all(checks) and terraform_checks()


def terraform_checks() -> bool:
    """Validates every environment and runs the policy tests, against a provider that answers by itself."""
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder) / "packages"
        packages.mkdir()
        for function in (ROOT / "functions").glob("*/Cargo.toml"):
            (packages / f"{function.parent.name}.zip").write_bytes(b"stands for the function")
        for name in ("modules/app", "envs/local", "envs/dev", "envs/prod"):
            environment = {**terraform_environment(STACK), "TF_DATA_DIR": str(Path(folder) / name.replace("/", "-"))}
            options = {"cwd": TERRAFORM / name, "env": environment}
            initialise = ["terraform", "init", "-backend=false", "-input=false"]
            passed &= step(f"terraform init {name}", initialise, **options, stdout=subprocess.DEVNULL)
            passed &= step(f"terraform validate {name}", ["terraform", "validate"], **options)
            if (TERRAFORM / name / "tests").exists():
                openapi = ROOT / "openapi.json"
                variables = [f"-var=package_dir={packages}", f"-var=openapi_file={openapi}"]
                passed &= step(f"terraform test {name}", ["terraform", "test", *variables], **options)
    return passed


def flows() -> bool:
    """The public edge of a stack that was built from nothing, driven from outside."""
    stack = [sys.executable, HERE / "stack.py"]
    try:
        if not step("stack up", [*stack, "up", "--stack", STACK.name, "--fresh"]):
            return False
        if not step("second plan is empty", [*stack, "verify", "--stack", STACK.name]):
            return False
        kept = cargo("storage contract: emulator", *CONTRACT, SIPSTR_STACK=str(STACK.file))
        told = cargo("flows", *FLOWS, SIPSTR_STACK=str(STACK.file))
        return step("web", [sys.executable, HERE / "web.py", STACK.name]) and told and kept
    finally:
        step("stack down", [*stack, "down", "--stack", STACK.name])


def second_referee() -> bool:
    """The storage contract once more, where Java is installed: Amazon's own emulator sees some things differently."""
    title = "storage contract: DynamoDB Local"
    lacking = dynamodb_local.lacking()
    if lacking:
        print(f"\n==> {title}: skipped, {lacking}", flush=True)
        results.append((f"{title} ({lacking})", None, 0.0))
        return True
    try:
        with dynamodb_local.running() as endpoint:
            return cargo(title, *CONTRACT, SIPSTR_DYNAMODB=endpoint)
    except Failure as failure:
        print(failure)
        results.append((title, False, 0.0))
        return False


def keep_logs() -> None:
    """After a failure, the stack's logs are what one wants to see in CI."""
    for log in sorted((STACK.folder / "logs").glob("*.log")):
        print(f"\n--- end of {log.relative_to(ROOT)}")
        print("\n".join(log.read_text(errors="replace").splitlines()[-20:]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["lint"])
    only = parser.parse_args().only
    for tool in ("cargo", "terraform"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing; `make up` tells how to install everything.")
    passed = lint()
    if only is None and passed:
        passed = cargo("unit and contract tests", "test", "--workspace", "--exclude", FLOW_CRATE, "--locked", "--no-fail-fast")
        passed = step("audit", [sys.executable, HERE / "audit.py"]) and passed
        passed = second_referee() and passed
        passed = flows() and passed
        if not passed:
            keep_logs()
    print()
    for title, ok, seconds in results:
        print(f"  {OUTCOMES[ok]:<8}{seconds:7.1f} s  {title}")
    count = {outcome: sum(ok is outcome for _, ok, _ in results) for outcome in OUTCOMES}
    summary = f"{count[True]} passed, {count[False]} failed" + (f", {count[None]} skipped" if count[None] else "")
    SUMMARY.parent.mkdir(exist_ok=True)
    SUMMARY.write_text(summary + "\n")
    print(f"\n{summary}")
    return 1 if count[False] else 0


if __name__ == "__main__":
    sys.exit(main())
