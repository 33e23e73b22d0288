"""Development check: TensorBoard's own reader on a training run's event file, against the run's metrics.jsonl.

    python3 compare.py RUN_FOLDER         (needs the package tensorboard)

Every number of every line must be there: tag kind/name, step, and the value rounded to float32; nothing else may be.
"""
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = Path(sys.argv[1])
expected = {}
for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines():
    entry = json.loads(line)
    kind, step = entry.pop("kind"), entry.pop("step")
    for name, value in entry.items():
        expected.setdefault(f"{kind}/{name}", []).append((step, float(np.float32(value))))
events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
events.Reload()
found = {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
if not expected:
    sys.exit("the run has no metrics yet")
if found != expected:
    for tag in sorted(set(found) | set(expected)):
        if found.get(tag) != expected.get(tag):
            print(tag, "expected", (expected.get(tag) or [])[:3], "found", (found.get(tag) or [])[:3])
    sys.exit("the event file does not hold the metrics")
print("tensorboard %s: %d tags, %d values, all equal" % (version("tensorboard"), len(found), sum(map(len, found.values()))))
