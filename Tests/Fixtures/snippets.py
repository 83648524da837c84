"""Runs the notes' lines of Python, and records them with what they print in Tests/Fixtures/python.

    python3 Tests/Fixtures/snippets.py        needs PyTorch

The records let the tests compare the notes with PyTorch where it is not at hand.
"""

import pathlib
import re
import subprocess
import sys

top = pathlib.Path(__file__).resolve().parents[2]
records = top / "Tests/Fixtures/python"
records.mkdir(exist_ok=True)
wanted = set()
for notes in sorted(top.glob("chapters/[0-9][0-9]-*/notes.en.md")):
    for name, code in re.findall(r"<!-- python: (\S+) -->\n+```python\n(.*?)```", notes.read_text("utf-8"), re.S):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"{notes.relative_to(top)}: the lines '{name}' fail: {run.stderr.strip().splitlines()[-1]}")
        record = records / f"{notes.parent.name[:2]}-{name}.py"
        record.write_text(code + "\n" + "".join(f"# {line}\n" for line in run.stdout.splitlines()), "utf-8")
        wanted.add(record)
        print(record.relative_to(top))
for record in set(records.glob("*.py")) - wanted:
    record.unlink()
