"""Tables brought to the units in which a strength λ between 1e-4 and 1 says the same on every one of them."""

from dataclasses import replace
from functools import cache

import numpy as np

from regviz.checks import Array
from regviz.data.tables import Table, diabetes, standardised


def unit_free(table: Table, standardise: bool = True) -> tuple[Array, Array]:
    """Return X (n, p) and y (n,), centred, y in units of its standard deviation; the lasso's λ_max is then at most 1.

    With `standardise` each column is in units of its own standard deviation; without, all are divided by the largest
    of these deviations c, which leaves their sizes relative to each other as they come. That multiplies an L1 strength
    by c and an L2 strength by c²: for lasso and ridge it renames λ, for the elastic net it moves ρ too.
    """
    y = (table.y - table.y.mean()) / table.y.std()
    X, _, deviation = standardised(table.X)
    return (X, y) if standardise else (X * (deviation / deviation.max()), y)


def with_products(table: Table) -> Table:
    """Return the table with the products of every two standardised columns and the squares of those not two-valued.

    Source: Efron et al. 2004, section 3 (the quadratic model: 64 columns for the diabetes table).
    """
    X, _, _ = standardised(table.X)
    p = X.shape[1]
    wide = [len(np.unique(column)) > 2 for column in table.X.T]
    pairs = [(i, j) for i in range(p) for j in range(i, p) if i != j or wide[i]]
    names = [f"{table.names[i]}²" if i == j else f"{table.names[i]}·{table.names[j]}" for i, j in pairs]
    products = np.column_stack([X[:, i] * X[:, j] for i, j in pairs])
    return replace(
        table,
        X=np.column_stack([table.X, products]),
        names=(*table.names, *names),
        source=f"{table.source} With squares and products of the columns.",
    )


@cache
def diabetes_with_products() -> Table:
    """Return the diabetes table with its squares and products (442, 64)."""
    return with_products(diabetes())
