"""What `export` writes, read by pandas: the figures of `table` come out of it."""
import io
import subprocess
import sys

import pandas

program, report = sys.argv[1:]


def output(*arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


dictionary = pandas.read_csv(io.StringIO(output("export", "--what", "dictionary")), keep_default_na=False)


def read(what):
    known = dictionary[dictionary.what == what]
    texts = {name: str for name in known[known.type == "text"].column}
    frame = pandas.read_csv(io.StringIO(output("export", "--what", what, "--from", report)), dtype=texts,
                            keep_default_na=False, na_values=[""])
    assert list(frame.columns) == list(known.column), what
    for name, kind in zip(known.column, known.type):
        if kind != "text" and frame[name].notna().any():
            assert frame[name].dtype.kind in ("b" if kind == "boolean" else "iuf"), (what, name, frame[name].dtype)
    lines = output("export", "--what", what, "--from", report, "--format", "jsonl")
    again = pandas.read_json(io.StringIO(lines), lines=True, dtype=texts | {"seed": "int64"}, precise_float=True)
    assert len(again) == len(frame), what
    return frame


cells, curves, targets, settings = (read(what) for what in ("cells", "curves", "targets", "settings"))
summary = pandas.read_csv(io.StringIO(output("table", "--from", report, "--kind", "summary", "--format", "csv")))
summary = summary[summary.method != "before training"].set_index(["group", "method"])
assert len(summary) > 10

rows = cells.groupby(["problem", "method"])
assert len(rows) == len(summary)
figures = {
    "train loss": rows.final_train_loss.median(),
    "best train": rows.best_train_loss.median(),
    "test loss": rows.final_test_loss.median(),
    "steps": rows.steps.median(),
    "step [ms]": 1e3 * cells[cells.times_hold].groupby(["problem", "method"]).step_median_seconds.median(),
}
for name, figure in figures.items():
    shown = summary[name].astype(float)
    difference = (figure.reindex(shown.index) / shown - 1).abs()
    assert difference.max() < 1e-12, (name, difference.idxmax(), difference.max())

last = curves.groupby(["problem", "method", "seed"]).train_loss.last()
final = cells.set_index(["problem", "method", "seed"]).final_train_loss
assert (last == final.reindex(last.index)).all()  # bit for bit
assert (targets.reached == targets.seconds.notna()).all()
assert settings[settings.setting == "batch"].value.astype(int).min() >= 1
print(f"{len(cells)} cells, {len(curves)} points, {len(targets)} targets, {len(settings)} settings")
