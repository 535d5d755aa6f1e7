"""DynamoDB Local, Amazon's own, as the second referee of the storage contract. Fetched once with Maven; needs a JDK 17."""
import contextlib
import re
import shutil
import socket
import subprocess
import time

from settings import CACHE, HERE, ROOT, Failure, run

VERSION = "2.6.1"
PORT = 4668
ENDPOINT = f"http://127.0.0.1:{PORT}"
LIBRARIES = CACHE / "dynamodb-local" / VERSION
LOGS = ROOT / ".local" / "dynamodb-local"
READY_SECONDS = 60
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sipstr</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


def lacking() -> str:
    """What keeps it from running on this machine; empty when nothing does."""
    missing = [tool for tool in ("javac", "mvn") if not shutil.which(tool)]
    if missing:
        return f"{' and '.join(missing)} missing"
    version = subprocess.run(["javac", "-version"], capture_output=True, text=True).stdout
    found = re.search(r"\d+", version)
    return "" if found and int(found[0]) >= 17 else f"needs a JDK 17, not {version.strip()}"


def fetch() -> None:
    if LIBRARIES.exists():
        return
    folder = LIBRARIES.with_suffix(".part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "pom.xml").write_text(POM)
    copy = ["mvn", "--batch-mode", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=."]
    run(copy, LOGS / "maven.log", cwd=folder)
    folder.rename(LIBRARIES)


@contextlib.contextmanager
def running():
    """Runs it, empty, for as long as the body does."""
    fetch()
    LOGS.mkdir(parents=True, exist_ok=True)
    command = ["java", f"-Djava.library.path={LIBRARIES}", "-cp", f"{LIBRARIES}/*", HERE / "DynamoDbLocal.java", PORT]
    with (LOGS / "server.log").open("w") as out:
        child = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_ready(child)
        yield ENDPOINT
    finally:
        child.terminate()
        child.wait()


def wait_ready(child: subprocess.Popen) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise Failure("DynamoDB Local did not start:\n" + (LOGS / "server.log").read_text(errors="replace"))
