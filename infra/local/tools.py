"""What must be installed, and the Python environment of the fakes."""
import hashlib
import os
import shutil
import sys

from settings import CACHE, HERE, Failure, run, step

VENV = CACHE / "venv"
REQUIREMENTS = HERE / "requirements.txt"
NEEDED = {
    "cargo": "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh",
    "node": "https://nodejs.org/en/download (20 or newer)",
    "terraform": "https://developer.hashicorp.com/terraform/install (1.9 or newer)",
    "strip": "apt install binutils, or xcode-select --install",
}


def check_tools() -> None:
    """Python's own version is checked by stack.py, before anything is imported."""
    missing = [f"  {tool:<10} {how}" for tool, how in NEEDED.items() if not shutil.which(tool)]
    if missing:
        raise Failure("Please install:\n" + "\n".join(missing))


def ensure_venv() -> None:
    """Makes the environment that requirements.txt asks for, and goes on inside it."""
    stamp = VENV / "requirements.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        with step("Python packages of the fakes"):
            shutil.rmtree(VENV, ignore_errors=True)
            log = CACHE / "venv.log"
            run([sys.executable, "-m", "venv", VENV], log)
            run([VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], log)
            stamp.write_text(wanted)
    if not os.path.samefile(sys.prefix, VENV):
        os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"  # cargo finds cargo-lambda there
        os.execv(VENV / "bin" / "python", ["python", *sys.argv])
