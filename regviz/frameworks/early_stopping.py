"""The stopping rule as Keras has it, on the validation losses of the run."""

from regviz.experiments.early_stopping import CHECK
from regviz.figures.early_stopping import Result, Settings
from regviz.frameworks.twin import KERAS, Twin

CODE = """import keras

from regviz.experiments.early_stopping import trained

losses = trained({data!r}, {rate:g}, {decay:g}).validation[{run}]
rule = keras.callbacks.EarlyStopping(patience={patience}, min_delta={delta:g}, mode="min")
model = keras.Sequential()
model.stop_training = False
rule.set_model(model)
rule.on_train_begin()
for check, loss in enumerate(losses):
    rule.on_epoch_end(check, {{"val_loss": loss}})
    if model.stop_training:
        break
print({every} * check, {every} * rule.best_epoch)
"""


def twins(s: Settings, r: Result) -> list[Twin]:
    """Return the epochs at which the rule stops and at which it found the least loss, of the run on show."""
    told = {"patience": s.patience, "delta": s.min_delta, "every": CHECK, "run": s.run - 1}
    code = CODE.format(data=s.data, rate=s.learning_rate, decay=s.weight_decay, **told)
    return [Twin(KERAS, code, [CHECK * r.rule.stop[s.run - 1], CHECK * r.rule.best[s.run - 1]], 1e-12)]
