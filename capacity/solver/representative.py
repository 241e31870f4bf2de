"""Representative days of a block, by hierarchical clustering of what the hours of a day decide."""

from __future__ import annotations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from capacity.model.blocks import Block
from capacity.solver.arrays import Places, Vector


def representative_days(block: Block, count: int) -> tuple[Places, Vector]:
    """``count`` days at most, and how many days each stands for; Ward's linkage on generation, price and slope."""
    number = block.hours // 24
    features = [np.asarray(output) * 2.0 for output in block.generation.values()]
    for name, column in block.columns.items():
        price = np.broadcast_to(np.asarray(column.cost, dtype=np.float64), (block.hours,))
        if name.startswith("grid:") and price.max() > 0:
            features.append(price / price.max())
    features += [load.slope - load.slope.mean() for load in block.loads]
    features += [load.utilisation * 0.5 for load in block.loads]
    table = np.concatenate([np.asarray(f).reshape(number, 24) for f in features], axis=1)
    labels = fcluster(linkage(table, method="ward"), t=min(count, number), criterion="maxclust")
    chosen, weights = [], []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        centre = table[members].mean(axis=0)
        chosen.append(members[np.argmin(((table[members] - centre) ** 2).sum(axis=1))])
        weights.append(float(members.size))
    return np.array(chosen, dtype=np.int64), np.array(weights)
