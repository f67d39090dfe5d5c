"""The table of the page normalized in PyTorch."""

import numpy as np

from regviz.experiments.normalization import normalised
from regviz.figures.normalization import Batched, Settings, Trained
from regviz.frameworks.twin import TORCH, Twin

CODE = """import torch
from torch.nn import functional as F

X = torch.tensor({rows}, dtype=torch.float64)  # a row for each image, a column for each unit
print(*{call}.flatten().tolist())
"""
CALLS = {"batch": "F.batch_norm(X, None, None, training=True)", "layer": "F.layer_norm(X, X.shape[1:])"}


def twins(s: Settings, r: Trained | Batched) -> list[Twin]:
    """Return four images and six units of the first layer after normalization, without gain and offset."""
    matrix = r.layers.matrix[s.epoch].round(3)
    if s.kind not in CALLS or np.isnan(matrix).any():
        return []
    rows = ",\n                  ".join(str(row) for row in matrix.tolist())
    return [Twin(TORCH, CODE.format(rows=f"[{rows}]", call=CALLS[s.kind]), normalised(matrix, s.kind))]
