#!/usr/bin/env python3
"""Advisories, licences and sources of the dependencies (cargo-deny), and secrets in files and history (gitleaks).

The tools are built once into the cache; after that nothing here needs a network."""
import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path

from settings import CACHE, ROOT, Failure, run, say, step

CARGO_DENY = "0.20.2"
GITLEAKS = "8.30.1"
TOOLS = CACHE / "tools"
ADVISORIES = CACHE / "advisories"
# The name under which cargo-deny looks for the database of its default address: a hash of that address.
CHECKOUT = "advisory-db-3157b0e258782691"
OLD_DAYS = 90
# It is built once and runs for a second: what counts is how long the building takes.
LIGHT_BUILD = {
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1", "CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_DEBUG": "0",
}


def cargo_deny() -> Path:
    folder = TOOLS / f"cargo-deny-{CARGO_DENY}"
    binary = folder / "bin" / "cargo-deny"
    if not binary.exists():
        with step("Build cargo-deny (once)"):
            environment = {**os.environ, **LIGHT_BUILD, "CARGO_TARGET_DIR": str(TOOLS / "build")}
            command = ["cargo", "install", "--locked", "cargo-deny", "--version", CARGO_DENY, "--no-default-features", "--root", folder]
            run(command, TOOLS / "cargo-deny.log", env=environment)
            shutil.rmtree(TOOLS / "build")
    return binary


def gitleaks() -> Path | None:
    """None where there is neither the tool nor Go to build it."""
    folder = TOOLS / f"gitleaks-{GITLEAKS}"
    binary = folder / "gitleaks"
    if not binary.exists():
        if not shutil.which("go"):
            return None
        with step("Build gitleaks (once)"):
            module = f"github.com/zricethezav/gitleaks/v8@v{GITLEAKS}"
            run(["go", "install", module], TOOLS / "gitleaks.log", env={**os.environ, "GOBIN": str(folder)})
    return binary


def advisories() -> datetime.date:
    """Unpacks data/advisories as the checkout that cargo-deny expects; tells its date."""
    archives = sorted((ROOT / "data" / "advisories").glob("rustsec-advisory-db-*.tar.gz"))
    if len(archives) != 1:
        raise Failure("One archive is wanted in data/advisories; its README.md tells how it is made.")
    date = archives[0].name.removeprefix("rustsec-advisory-db-").removesuffix(".tar.gz")
    checkout = ADVISORIES / CHECKOUT
    stamp = ADVISORIES / "date"
    if not stamp.exists() or stamp.read_text() != date:
        shutil.rmtree(ADVISORIES, ignore_errors=True)
        checkout.mkdir(parents=True)
        git = ["git", "-C", checkout, "-c", "user.name=audit", "-c", "user.email=audit@localhost", "-c", "commit.gpgsign=false"]
        log = CACHE / "advisories.log"
        run(["tar", "-xzf", archives[0], "-C", checkout], log)
        run([*git, "init", "--quiet"], log)
        run([*git, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", f"As of {date}"], log)
        stamp.write_text(date)
    return datetime.date.fromisoformat(date)


def check_dependencies() -> bool:
    binary, date = cargo_deny(), advisories()
    age = (datetime.date.today() - date).days
    hint = f", {age} days old: data/advisories/README.md tells how to refresh them" if age > OLD_DAYS else ""
    say(f"Advisories of {date}{hint}")
    # cargo-deny is to use no network at all, and reads the manifests of every crate.
    subprocess.run(["cargo", "fetch", "--locked", "--quiet"], cwd=ROOT, check=False)
    return subprocess.run([binary, "--offline", "--locked", "check", "--hide-inclusion-graph"], cwd=ROOT).returncode == 0


def check_secrets() -> bool:
    binary = gitleaks()
    if binary is None:
        say("SKIPPED: secrets were not looked for. gitleaks is missing, and so is Go to build it: https://go.dev/dl/")
        return True
    options = ["--config", ROOT / ".gitleaks.toml", "--no-banner", "--no-color", "--redact", "--verbose"]
    found = False
    for where in ("dir", "git"):
        if where == "git" and not (ROOT / ".git").exists():
            say("No history here: only the files were looked at.")
            continue
        found |= subprocess.run([str(part) for part in [binary, where, ".", *options]], cwd=ROOT).returncode != 0
    return not found


def main() -> int:
    try:
        passed = [check_dependencies(), check_secrets()]
    except Failure as failure:
        say(str(failure))
        return 1
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
