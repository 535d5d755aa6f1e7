#!/usr/bin/env python3
"""Runs tests/web in a real Chromium against a running stack; installs what they need."""
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from settings import CACHE, ROOT, Failure, Stack, run, step

FOLDER = ROOT / "tests" / "web"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The browser of the setting CHROMIUM, or an installed one; Debian's is installed when we may."""
    if os.environ.get("CHROMIUM"):
        return os.environ["CHROMIUM"]
    found = installed()
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        with step("Install Chromium"):
            log = CACHE / "chromium.log"
            run(["apt-get", "update", "--quiet"], log)
            run(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"], log)
        found = installed()
    if not found:
        raise Failure("Chromium is missing: `apt install chromium`, or set CHROMIUM to the program of a Chrome or Chromium.")
    return found


def installed() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def install(folder: Path, title: str, log: Path) -> None:
    """Brings a folder's packages to what its lock file says."""
    stamp = folder / "node_modules" / "installed.sha256"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        with step(title):
            run(["npm", "ci", "--no-audit", "--no-fund"], log, cwd=folder)
        stamp.write_text(wanted)


def main() -> int:
    stack = Stack(sys.argv[1] if len(sys.argv) > 1 else "dev")
    try:
        environment = {"CHROMIUM": chromium(), "SIPSTR_STACK": str(stack.file), "SIPSTR_SCREENS": str(stack.folder / "screens")}
        install(FOLDER, "Packages of the web tests", CACHE / "npm.log")
    except Failure as failure:
        print(failure)
        return 1
    command = ["node", "--test", "--test-reporter=spec"]
    return subprocess.run(command, cwd=FOLDER, env={**os.environ, **environment}).returncode


if __name__ == "__main__":
    sys.exit(main())
