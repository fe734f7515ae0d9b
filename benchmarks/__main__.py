"""`make bench`: run every benchmark of this folder, or those named: `make bench ARGS="blobs history"`.

Each is a module with options of its own, `python -m benchmarks.blobs --help`, that prints what it measured.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def main(chosen: list[str]) -> int:
    """Run the chosen benchmarks one after another, so that none disturbs another. Returns how many failed."""
    known = names()
    if unknown := [name for name in chosen if name not in known]:
        print(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 1
    failures = 0
    for name in chosen or known:
        print(f"\n── {name}", flush=True)
        run = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=FOLDER.parent, check=False)
        failures += run.returncode != 0
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
