"""Brings the emulator to what Terraform describes, when that differs from what it has."""
import hashlib
import json
import shutil
from pathlib import Path

from aws import client
from settings import ARCHITECTURE, PREFIX, ROOT, Failure, Stack, run, step
from terraform import TERRAFORM, terraform_environment

OPENAPI = ROOT / "openapi.json"
# The stamp lives in the emulator itself: it is lost, and found again, together with the state that it describes.
STAMP = f"/{PREFIX}/applied"


def variables(stack: Stack, packages: Path) -> list[str]:
    values = {
        "endpoint": stack.aws, "stripe_url": stack.stripe_for_functions, "maps_url": stack.maps_for_functions,
        "issuer_url": stack.issuer, "identity_url": stack.identity, "package_dir": packages,
        "openapi_file": OPENAPI, "architecture": ARCHITECTURE,
    }
    return [f"-var={name}={value}" for name, value in values.items()]


def terraform(stack: Stack, *arguments, log: str) -> None:
    run(["terraform", f"-chdir={TERRAFORM / 'envs' / 'local'}", *arguments], stack.folder / "logs" / f"terraform-{log}.log",
        env=terraform_environment(stack))


def wanted_stamp(stack: Stack, packages: Path) -> str:
    digest = hashlib.sha256(json.dumps(variables(stack, packages)).encode())
    for file in sorted([*TERRAFORM.rglob("*.tf"), *packages.glob("*.zip"), OPENAPI]):
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def current_stamp(stack: Stack) -> str | None:
    ssm = client(stack, "ssm")
    try:
        return ssm.get_parameter(Name=STAMP)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None


def deploy(stack: Stack, packages: Path) -> None:
    if not OPENAPI.exists():
        raise Failure("openapi.json is missing, and the routes come from it.")
    wanted, current = wanted_stamp(stack, packages), current_stamp(stack)
    if current == wanted:
        return
    refresh = choose_state(stack, current)
    with step("Prepare Terraform"):
        init(stack)
    with step("Apply the infrastructure") as note:
        unfinished(stack).touch()
        arguments = ["-auto-approve", "-input=false", "-no-color", "-parallelism=40", f"-refresh={str(refresh).lower()}"]
        terraform(stack, "apply", *arguments, *variables(stack, packages), log="apply")
        client(stack, "ssm").put_parameter(Name=STAMP, Value=wanted, Type="String", Overwrite=True)
        snapshot(stack, wanted).parent.mkdir(exist_ok=True)
        shutil.copy(state(stack), snapshot(stack, wanted))
        unfinished(stack).unlink()
        note(summary(stack.folder / "logs" / "terraform-apply.log"))


def state(stack: Stack) -> Path:
    return stack.folder / "terraform.tfstate"


def snapshot(stack: Stack, stamp: str) -> Path:
    return stack.folder / "states" / stamp


def unfinished(stack: Stack) -> Path:
    return stack.folder / "apply-unfinished"


def choose_state(stack: Stack, current: str | None) -> bool:
    """Puts the Terraform state in place that belongs to what the emulator holds; True when it has to be read back first.

    An emulator that was killed comes back as it was at its last orderly end, older than the last apply.
    """
    if unfinished(stack).exists() and state(stack).exists():
        return True
    if current and snapshot(stack, current).exists():
        shutil.copy(snapshot(stack, current), state(stack))
        return False
    if current:
        raise Failure(f"No Terraform state fits this emulator. `make up STACK={stack.name} FRESH=1` begins anew.")
    state(stack).unlink(missing_ok=True)
    return True


def init(stack: Stack) -> None:
    # No lock file is kept in the repository: providers come from different places on different machines (a registry, a
    # mirror that has one platform only), whose checksums do not match; the range of versions stands in the code.
    terraform(stack, "init", "-input=false", "-no-color", "-reconfigure", f"-backend-config=path={state(stack)}", log="init")


def check_unchanged(stack: Stack, packages: Path) -> None:
    """A plan that finds no difference proves that what is described is what exists."""
    terraform(stack, "plan", "-detailed-exitcode", "-input=false", "-no-color", "-parallelism=40", *variables(stack, packages), log="plan")


def forget(stack: Stack) -> None:
    """Back to nothing: the next start applies everything anew."""
    shutil.rmtree(stack.folder, ignore_errors=True)
    stack.file.unlink(missing_ok=True)


def summary(log: Path) -> str:
    lines = [line for line in log.read_text().splitlines() if line.startswith("Apply complete!")]
    return lines[-1].removeprefix("Apply complete! ").rstrip(".") if lines else ""
