#!/usr/bin/env python3
"""Signs a store's staff in through a real Keycloak, against a running stack. Fetches it once with Maven; needs a JDK 17."""
import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile

from dynamodb_local import lacking
from settings import CACHE, HERE, ROOT, TARGET, Failure, Stack, run, step

VERSION = "26.7.3"
HOME = CACHE / "keycloak" / VERSION
READY_SECONDS = 300


def fetch() -> None:
    if HOME.exists():
        return
    folder = HOME.with_name(f"{VERSION}.part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    artifact = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
    with step("Fetch Keycloak"):
        run(["mvn", "--batch-mode", "dependency:copy", f"-Dartifact={artifact}", "-DoutputDirectory=."], CACHE / "keycloak.log", cwd=folder)
        archive = next(folder.glob("*.zip"))
        with zipfile.ZipFile(archive) as content:
            content.extractall(folder)
    with step("Build Keycloak for an empty database"):
        # Once, and not at every start: it takes longer than the start itself.
        made = folder / f"keycloak-{VERSION}"
        run(["sh", made / "bin" / "kc.sh", "build", "--db=dev-mem", "--cache=local"], CACHE / "keycloak.log")
        (made / "data" / "import").mkdir(parents=True, exist_ok=True)
    made.rename(HOME)
    shutil.rmtree(folder)


@contextlib.contextmanager
def running(stack: Stack, password: str):
    """Runs it, with the realm of the tests and a database in memory, for as long as the body does."""
    port, log = stack.stripe_port + 3, stack.folder / "logs" / "keycloak.log"
    shutil.copy(HERE / "realm.json", HOME / "data" / "import" / "realm.json")
    environment = {
        **os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": password, "JAVA_OPTS_KC_HEAP": "-Xmx512m",
    }
    command = [
        "sh", HOME / "bin" / "kc.sh", "start", "--optimized", "--http-enabled=true", "--hostname-strict=false", "--http-host=127.0.0.1", f"--http-port={port}", "--import-realm",
    ]
    address = f"http://127.0.0.1:{port}"
    with step("Start Keycloak"), log.open("w") as out:
        child = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.STDOUT, env=environment)
        wait_ready(child, f"{address}/realms/bottles/.well-known/openid-configuration", log)
    try:
        yield address
    finally:
        child.terminate()
        child.wait()


def wait_ready(child: subprocess.Popen, address: str, log) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    child.terminate()
    raise Failure("Keycloak did not start:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-20:]))


def main() -> int:
    stack = Stack(sys.argv[1] if len(sys.argv) > 1 else "dev")
    password = secrets.token_urlsafe(16)
    try:
        if lacking():
            raise Failure(f"Keycloak does not run here: {lacking()}.")
        if not stack.file.exists():
            raise Failure(f"Stack {stack.name} is not running; start it with `make up`.")
        fetch()
        with running(stack, password) as address:
            settings = {"SIPSTR_STACK": str(stack.file), "SIPSTR_KEYCLOAK": address, "SIPSTR_KEYCLOAK_PASSWORD": password}
            tests = ["cargo", "test", "-p", "sipstr-tests", "--locked", "--test", "it", "--", "--ignored", "keycloak"]
            return subprocess.run(tests, cwd=ROOT, env={**os.environ, "CARGO_TARGET_DIR": str(TARGET), **settings}).returncode
    except Failure as failure:
        print(failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
