"""The three errors of a fit, in scikit-learn."""

from regviz.figures.choosing_lambda import Result, Settings
from regviz.frameworks.estimators import estimator
from regviz.frameworks.twin import SKLEARN, Twin
from regviz.linear.methods import share_of_l1

CODE = """from sklearn.linear_model import {name}
from sklearn.metrics import mean_squared_error

from regviz.data import scaled, tables
from regviz.data.splits import split

d = split(*scaled.unit_free({table}()), {train}, {validation}, seed={seed})
model = {name}({arguments}).fit(d.X_train, d.y_train)
for X, y in ((d.X_train, d.y_train), (d.X_validation, d.y_validation), (d.X_test, d.y_test)):
    print(mean_squared_error(y, model.predict(X)))
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return training, validation and test error at the present λ, on the diabetes table."""
    if s.data != "diabetes":
        return []
    train, validation, _ = r.study.sizes
    name, arguments = estimator(s.lambda_, share_of_l1(s.penalty, s.l1_ratio), train)
    table = "scaled.diabetes_with_products" if s.products else "tables.diabetes"
    code = CODE.format(name=name, arguments=arguments, table=table, train=train, validation=validation, seed=s.seed)
    c = r.study.curves
    return [Twin(SKLEARN, code, [c.train[r.k], c.validation[r.k], c.test[r.k]], 1e-5)]
