"""Where everything of a stack lies, and how progress is shown."""
import contextlib
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "infra" / "local"
CACHE = Path.home() / ".cache" / "sipstr"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or CACHE / "target")
REGION = "us-west-2"
PREFIX = "sipstr-local"
API_ID = "51b57a00"  # the same in infra/terraform/envs/local/main.tf
# PORT_OFFSET lets the stacks of two checkouts run beside each other.
PORT_OFFSET = int(os.environ.get("PORT_OFFSET", "0"))
PORTS = {"dev": (4566 + PORT_OFFSET, 8420 + PORT_OFFSET), "test": (4666 + PORT_OFFSET, 8520 + PORT_OFFSET)}
# What our clients of the fakes are known by, on this machine alone.
CLIENT_SECRET = "of-this-machine-only"
ARCHITECTURE = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


@dataclass(frozen=True)
class Stack:
    """One emulator with its data; stacks share nothing but the build."""

    name: str

    @property
    def folder(self) -> Path:
        return ROOT / ".local" / self.name

    @property
    def external(self) -> bool:
        """Whether EMULATOR names a running endpoint, which we neither start nor stop."""
        return bool(os.environ.get("EMULATOR"))

    @property
    def port(self) -> int:
        return PORTS[self.name][0]

    @property
    def stripe_port(self) -> int:
        return PORTS[self.name][1]

    @property
    def aws(self) -> str:
        return os.environ.get("EMULATOR", "").rstrip("/") or f"http://localhost:{self.port}"

    @property
    def identity_port(self) -> int:
        return self.stripe_port + 1

    @property
    def issuer_port(self) -> int:
        return self.stripe_port + 2

    @property
    def stripe(self) -> str:
        return f"http://127.0.0.1:{self.stripe_port}"

    @property
    def maps_port(self) -> int:
        return self.stripe_port + 5

    @property
    def maps(self) -> str:
        return f"http://127.0.0.1:{self.maps_port}"

    @property
    def maps_for_functions(self) -> str:
        """The same for functions in containers: set MAPS_URL."""
        return os.environ.get("MAPS_URL", self.maps)

    @property
    def identity(self) -> str:
        return f"http://127.0.0.1:{self.identity_port}"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.issuer_port}"

    @property
    def stripe_for_functions(self) -> str:
        """Functions in containers reach this machine by another name: set STRIPE_URL for them."""
        return os.environ.get("STRIPE_URL", self.stripe)

    @property
    def api(self) -> str:
        return f"{self.aws}/_aws/execute-api/{API_ID}/$default"

    @property
    def file(self) -> Path:
        return ROOT / ".local" / "stack.json" if self.name == "dev" else self.folder / "stack.json"

    def describe(self) -> dict:
        return json.loads(self.file.read_text()) if self.file.exists() else {}

    def write_description(self) -> None:
        """Addresses for tests and people; logins that the demo loader has written stay."""
        content = {
            "api": self.api,
            "docs": f"{self.api}/docs",
            "aws": self.aws,
            "mailbox": f"{self.aws}/_ministack/ses/messages",
            "stripe": self.stripe,
            "maps": self.maps,
            "identity": self.identity,
            "issuer": self.issuer,
            "region": REGION,
            "prefix": PREFIX,
            "logins": self.describe().get("logins", []),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(content, indent=2) + "\n")


class Failure(Exception):
    """Something that the reader can mend; shown without a traceback."""


def say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def step(title: str):
    """Shows a step with its duration; the body may give it a result by note()."""
    start, notes = time.monotonic(), []
    print(f"  {title:<44}", end="", flush=True)
    try:
        yield notes.append
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - start:6.1f} s  {', '.join(notes)}".rstrip(), flush=True)


def run(command: list, log: Path, **options) -> None:
    """Runs a command into a log file, whose end is shown when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        child = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.STDOUT, **options)
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.wait()  # Ctrl-C reached it too: let it end in order (Terraform saves its state)
            raise
    if code:
        print(file=sys.stderr)
        tail = log.read_text(errors="replace").splitlines()[-40:]
        shown = log.relative_to(ROOT) if log.is_relative_to(ROOT) else log
        raise Failure("\n".join(tail) + f"\n\n{command[0]} ended with {code}; all of its output: {shown}")
