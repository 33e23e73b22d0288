"""Development check: energies of the first answer token of three prompts against an independent float32 implementation.

Usage: first_tokens.py DATA [ENGINE]

DATA has eval/<task>/test.jsonl. Prints every value beside the reference and exits with 1 where the log-probability of a
most probable token differs by more than 0.1 nats; improbable ones differ more on 4-bit weights (decision note 7).
"""
import json
import pathlib
import subprocess
import sys

HOME = pathlib.Path(__file__).resolve().parents[2]
REFERENCE = {
    "lendingclub_policy": {
        "finance": {257: -0.229, 1207: -1.599, 4716: -8.350},
        "medicine": {257: -0.631, 1207: -0.773, 4918: -7.235},
        "math": {257: -0.502, 1207: -0.940, 4918: -7.249},
        "emfuse": {257: -0.424, 1207: -1.074, 4716: -7.766},
        "logZ": -0.0300,
    },
    "medmcqa_subject": {
        "finance": {26605: -0.456, 276: -2.305, 84: -2.588},
        "medicine": {26605: -0.119, 276: -3.116, 84: -4.498},
        "math": {26605: -0.268, 276: -2.874, 1537: -3.391},
        "emfuse": {26605: -0.239, 276: -2.723, 84: -3.492},
        "logZ": -0.0422,
    },
    "mathqa_category": {
        "finance": {44541: -0.011, 30281: -5.060, 18905: -5.812},
        "medicine": {44541: -0.008, 18905: -5.378, 30281: -6.287},
        "math": {44541: -0.004, 30281: -6.366, 18905: -6.437},
        "emfuse": {44541: -0.007, 18905: -5.875, 30281: -5.903},
        "logZ": -0.0010,
    },
}


def first_step(prompt, expert, engine):
    command = [HOME / "emfuse", "explain", "--experts", HOME / "models/demo.yaml", "--max-tokens", "1", "--quiet",
               "--alternatives", "9", "--json", "-"]
    command += ["--engine", engine] if engine else []
    command += ["--only", expert] if expert != "emfuse" else []
    out = subprocess.run([*map(str, command), prompt], check=True, capture_output=True, text=True).stdout
    return json.loads(out)["steps"][0]["explanation"]


def main():
    data = pathlib.Path(sys.argv[1])
    engine = sys.argv[2] if len(sys.argv) > 2 else None
    worst_first = worst = 0
    for task, references in REFERENCE.items():
        row = json.loads((data / "eval" / task / "test.jsonl").open().readline())
        prompt = row["question"] + "\nOptions:" + "".join("\n- " + choice for choice in row["choices"])
        for expert, values in references.items():
            if expert == "logZ":
                continue
            step = first_step(prompt, expert, engine)
            found = {step["token"]: -step["energy"], **{a["token"]: -a["energy"] for a in step["alternatives"]}}
            for token, value in values.items():
                difference = abs(found.get(token, float("inf")) - value)
                worst = max(worst, difference)
                if token == next(iter(values)):
                    worst_first = max(worst_first, difference)
                print(f"{task:20s} {expert:9s} token {token:6d} {found.get(token, float('nan')):8.3f} reference "
                      f"{value:8.3f} difference {difference:.3f}{'  <-- above 0.1' if difference > 0.1 else ''}")
            if expert == "emfuse":
                print(f"{task:20s} log Z {step['logZ']:.4f} reference {references['logZ']:.4f}")
    print(f"largest difference {worst:.3f} nats, of the most probable tokens {worst_first:.3f}")
    sys.exit(worst_first > 0.1)


main()
