"""Write the lock files again from pyproject.toml: pins and hashes, no registry's address.

Needs uv (pip install uv). Run it as `make locks`; commit what changed together with pyproject.toml.
"""

import subprocess
from pathlib import Path

HERE = Path(__file__).parent
BUILD = ["--group", "build"]
EXTRAS = [word for extra in ("postgres", "microsoft", "google", "tracing") for word in ("--extra", extra)]
LOCKS = {
    "runtime.txt": BUILD,
    "postgres.txt": [*BUILD, "--extra", "postgres"],
    "microsoft.txt": [*BUILD, "--extra", "microsoft"],
    "google.txt": [*BUILD, "--extra", "google"],
    "tracing.txt": [*BUILD, "--extra", "tracing"],
    "dev.txt": [*BUILD, "--group", "dev", *EXTRAS],
}
COMPILE = ["uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
# Without its extras a pin does not hold: pip wants the newest release of `coverage[toml]`, and refuses it.
COMPILE += ["--no-strip-extras"]
PLAIN = ["--no-header", "--no-annotate", "--quiet", "--no-emit-index-url", "--no-emit-find-links"]


def main() -> None:
    """Compile every lock beside this file."""
    for name, wanted in LOCKS.items():
        command = [*COMPILE, *PLAIN, "pyproject.toml", *wanted, "-o", str(HERE / name)]
        subprocess.run(command, cwd=HERE.parents[1], check=True)  # noqa: S603 - fixed words


if __name__ == "__main__":
    main()
