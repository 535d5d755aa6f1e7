"""Builds the functions and packs each into a zip that is the same for the same binary."""
import json
import os
import platform
import subprocess
import zipfile
from pathlib import Path

from settings import ROOT, TARGET, Stack, run, step

PACKAGES = TARGET / "packages"


def function_names() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/Cargo.toml"))


def build(stack: Stack) -> Path:
    """Returns the folder of zips. Functions in containers need a Linux release build, native ones share the tests' build."""
    environment = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
    with step("Build the functions"):
        if stack.external:
            arm = ["--arm64"] if platform.machine().lower() in ("arm64", "aarch64") else []
            run(["cargo", "lambda", "build", "--release", *arm], stack.folder / "logs" / "build.log", cwd=ROOT, env=environment)
            if (ROOT / "tools" / "demo-city" / "Cargo.toml").exists():  # it runs here, not in the emulator
                run(["cargo", "build", "-p", "demo-city", "--locked"], stack.folder / "logs" / "build-demo.log", cwd=ROOT, env=environment)
        else:
            run(["cargo", "build", "--workspace", "--bins", "--locked"], stack.folder / "logs" / "build.log", cwd=ROOT, env=environment)
    with step("Pack") as note:
        changed = pack_all(stack.external)
        note(f"{len(changed)} of {len(function_names())} changed")
    return package_dir(stack.external)


def package_dir(release: bool) -> Path:
    return PACKAGES / "lambda" if release else PACKAGES


def pack_all(release: bool) -> list[str]:
    folder = package_dir(release)
    folder.mkdir(parents=True, exist_ok=True)
    stamps_file = folder / "stamps.json"
    stamps = json.loads(stamps_file.read_text()) if stamps_file.exists() else {}
    changed = []
    for name in function_names():
        binary = TARGET / "lambda" / name / "bootstrap" if release else TARGET / "debug" / name
        stat = binary.stat()
        stamp = [stat.st_mtime_ns, stat.st_size]
        if stamps.get(name) == stamp and (folder / f"{name}.zip").exists():
            continue
        pack(binary, folder / f"{name}.zip")
        stamps[name] = stamp
        changed.append(name)
    stamps_file.write_text(json.dumps(stamps))
    return changed


def pack(binary: Path, target: Path) -> None:
    """Strips and zips with a fixed date and mode, so that an unchanged function is not replaced."""
    stripped = target.with_suffix(".stripped")
    subprocess.run(["strip", "-o", stripped, binary], check=True)
    entry = zipfile.ZipInfo("bootstrap", (2020, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100755 << 16
    entry.create_system = 3
    temporary = target.with_suffix(".tmp")
    with zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr(entry, stripped.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
    stripped.unlink()
    temporary.replace(target)
