"""Starts and stops the emulator, the fakes and the OpenID provider; ends only what it started itself."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from issuer import FOLDER as ISSUER
from issuer import packages
from settings import CLIENT_SECRET, HERE, REGION, Failure, Stack, step

READY_SECONDS = 60
STOP_SECONDS = 30


def started_at(pid: int) -> str:
    """When a living process began: with the id it tells a process of ours from a later one of the same id."""
    state, _, since = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True).stdout.strip().partition(" ")
    return "" if state.startswith("Z") else since.strip()


def read_pids(stack: Stack) -> dict:
    file = stack.folder / "pids"
    return json.loads(file.read_text()) if file.exists() else {}


def write_pids(stack: Stack, pids: dict) -> None:
    (stack.folder / "pids").write_text(json.dumps(pids, indent=2))


def running(stack: Stack) -> dict:
    return {name: entry for name, entry in read_pids(stack).items() if entry["started"] and started_at(entry["pid"]) == entry["started"]}


def emulator_environment(stack: Stack) -> dict:
    state = stack.folder / "emulator"
    address = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(stack.port)}
    # Without these two it opens ports on every interface.
    closed = {"IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
    # Functions inherit all of it: without the endpoint their SDK would go to the real AWS.
    aws = {
        "AWS_ENDPOINT_URL": stack.aws, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "MINISTACK_REGION": REGION,
    }
    # One process for each concurrent call: this bounds the memory that a storm can take.
    limits = {"LAMBDA_ACCOUNT_CONCURRENCY": os.environ.get("LAMBDA_ACCOUNT_CONCURRENCY", "64")}
    data = {
        "PERSIST_STATE": "1", "STATE_DIR": str(state / "state"), "TMPDIR": str(state / "tmp"),
        "S3_PERSIST": "1", "S3_DATA_DIR": str(state / "s3"),
    }
    for folder in ("state", "tmp", "s3"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    return {**os.environ, **address, **closed, **aws, **limits, **data}


@dataclass(frozen=True)
class Process:
    """One that a stack consists of: a launcher edited since is started anew."""

    command: list
    source: Path
    needs: Path
    environment: dict
    probe: str

    @property
    def stamp(self) -> str:
        return hashlib.sha256(self.source.read_bytes() + self.needs.read_bytes()).hexdigest()


def python(script: str, probe: str, *arguments, environment: dict | None = None) -> Process:
    # -P: our own modules must not stand in for those that the fakes import.
    command = [sys.executable, "-P", HERE / script, *arguments]
    return Process(command, HERE / script, HERE / "requirements.txt", environment or dict(os.environ), probe)


def wanted_processes(stack: Stack) -> dict[str, Process]:
    data = stack.folder / "stripe.pickle"
    issuer = ["node", ISSUER / "issuer.js", stack.issuer_port, CLIENT_SECRET]
    wanted = {
        "stripe": python("stripe.py", f"{stack.stripe}/_config/ready", "--port", stack.stripe_port, "--data", data),
        "identity": python("identity.py", f"{stack.identity}/_config/ready", "--port", stack.identity_port, "--secret", CLIENT_SECRET),
        "maps": python("maps.py", f"{stack.maps}/_config/ready", "--port", stack.maps_port),
        "issuer": Process(issuer, ISSUER / "issuer.js", ISSUER / "package-lock.json", dict(os.environ), f"{stack.issuer}/jwks"),
    }
    if not stack.external:
        wanted["emulator"] = python("emulator.py", f"{stack.aws}/_ministack/health", environment=emulator_environment(stack))
    return wanted


def start(stack: Stack) -> None:
    packages()
    wanted = wanted_processes(stack)
    (stack.folder / "logs").mkdir(parents=True, exist_ok=True)
    alive = running(stack)
    # A launcher that was edited since is started anew.
    stale = {name: entry for name, entry in alive.items() if name not in wanted or entry["stamp"] != wanted[name].stamp}
    stop(stack, stale)
    missing = [name for name in wanted if name not in alive or name in stale]
    with step("Start the emulator and the fakes") as note:
        children = {name: launch(stack, name, wanted[name]) for name in missing}
        for name, process in wanted.items():
            wait_ready(stack, name, process.probe, children.get(name))
        note("started " + " and ".join(missing) if missing else "already running")


def launch(stack: Stack, name: str, process: Process) -> subprocess.Popen:
    with (stack.folder / "logs" / f"{name}.log").open("a") as log:
        # A session of its own: Ctrl-C reaches us, and we stop it when it is its turn.
        child = subprocess.Popen(
            [str(part) for part in process.command], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env=process.environment, start_new_session=True,
        )
    entry = {"pid": child.pid, "started": started_at(child.pid), "stamp": process.stamp}
    write_pids(stack, {**read_pids(stack), name: entry})
    return child


def wait_ready(stack: Stack, name: str, address: str, child: subprocess.Popen | None) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if child is not None and child.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it speaks HTTP: that is all we ask
        except OSError:
            time.sleep(0.1)
    tail = (stack.folder / "logs" / f"{name}.log").read_text(errors="replace").splitlines()[-15:]
    raise Failure(f"{name} does not answer at {address}. The end of its log:\n" + "\n".join(tail))


def stop(stack: Stack, which: dict | None = None) -> list[str]:
    """SIGTERM and wait: the emulator saves its state on the way out."""
    entries = running(stack) if which is None else which
    for entry in entries.values():
        os.kill(entry["pid"], signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for name, entry in entries.items():
        while started_at(entry["pid"]) == entry["started"] and time.monotonic() < deadline:
            reap(entry["pid"])
            time.sleep(0.1)
        if started_at(entry["pid"]) == entry["started"]:
            os.kill(entry["pid"], signal.SIGKILL)
    left = {name: entry for name, entry in read_pids(stack).items() if name not in entries}
    if stack.folder.exists():
        write_pids(stack, left)
    return list(entries)


def reap(pid: int) -> None:
    """A child of this very run stays visible until somebody takes its exit code."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def wanted_count(stack: Stack) -> int:
    return len(wanted_processes(stack))
