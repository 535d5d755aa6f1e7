"""How Terraform is called on this machine; apart from deploy.py, as the checks need no AWS client."""
import os
import subprocess

from settings import ROOT, Stack

TERRAFORM = ROOT / "infra" / "terraform"


def terraform_environment(stack: Stack) -> dict:
    environment = {**os.environ, "TF_DATA_DIR": str(stack.folder / "terraform"), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
    # Some machines reach no provider registry and have a tool beside the checkout that prints a configuration for it.
    mirror = ROOT.parent / "shared" / "tools" / "terraform-mirror"
    if os.access(mirror, os.X_OK):
        found = subprocess.run([mirror], capture_output=True, text=True)
        if found.returncode == 0:
            environment["TF_CLI_CONFIG_FILE"] = found.stdout.strip()
    return environment
