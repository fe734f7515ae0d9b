"""`make bench`: run every benchmark of this folder, or those named: `make bench ARGS="blobs history"`.

Each is a module with options of its own, `python -m benchmarks.blobs --help`, that prints what it measured. With
`--write` the figures go into benchmarks/README.md. A missed bar fails nothing: timings of a busy machine say little.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import _figures

FOLDER = Path(__file__).parent


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def main(given: list[str]) -> int:
    """Run the chosen benchmarks one after another, so that none disturbs another. Returns how many failed."""
    known, chosen = names(), [name for name in given if name != "--write"]
    if unknown := [name for name in chosen if name not in known]:
        print(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 1
    failures = 0
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl", encoding="utf-8") as sink:
        environment = os.environ | {_figures.SINK: sink.name}
        for name in chosen or known:
            print(f"\n── {name}", flush=True)
            command = [sys.executable, "-m", f"benchmarks.{name}"]
            failures += subprocess.run(command, cwd=FOLDER.parent, env=environment, check=False).returncode != 0
        if "--write" in given:
            _figures.write(sink.read().splitlines())
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
