"""What a page holds against something agrees with it, at its defaults and at random settings."""

import importlib
import re
from dataclasses import replace

import numpy as np
import pytest
from claims import random_settings
from scipy import integrate

from regviz.catalog import TOPICS
from regviz.experiments.coefficient_paths import in_their_units
from regviz.penalties.l1 import soft_threshold_risk
from regviz.ui.topic import Shown

KNOTS = (949.4, 889.3, 452.9, 316.1, 130.1, 88.8, 69.0, 20.0, 5.5, 5.1, 2.2, 1.3)
PRINTED = 0.055  # half of the last digit that a source prints, one decimal, and rounding
WITHIN = {
    "coefficient_paths": {"abs": PRINTED, "rel": 0},
    "penalty_shapes": {"rel": 3e-6},
    "normalization": {"abs": 1e-4},
}
LOOSE = {  # limits of large n, runs of a few seeds, rounding: the topic's own tests know how near these must come
    "data_augmentation",
    "double_descent",
    "famous_figures",
    "generalization_diagnostics",
    "implicit_regularization",
    "label_smoothing",
    "lora_rank",
    "nuclear_norm",
    "ridge_numerics",
    "sharpness_aware",
    "spectral_normalization",
}
HELD = [t.slug for t in TOPICS if importlib.util.find_spec(f"regviz.held.{t.slug}")]
SLUGS = [slug for slug in HELD if slug not in LOOSE]
FIXED = {  # where there is something to hold, and, of what is trained, one training
    "choosing_lambda": {"data": "diabetes"},
    "dropout": {"view": "linear"},
    "early_stopping": {"data": "curve", "learning_rate": 0.01, "weight_decay": 0.0},
    "optimizer_race": {"surface": "quadratic"},
    "soft_threshold": {"rule": "soft"},
    "lr_schedules": {"peak": 0.1, "warmup": 5},
    "coefficient_paths": {"data": "diabetes"},
}


def shown(slug):
    return Shown(importlib.import_module(f"regviz.figures.{slug}"))


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.underflows
def test_ours_is_the_exact_or_printed_value(slug):
    page = shown(slug)
    settings = page.module.Settings
    count = 2 if page.simulated else 8
    states = [settings(), *random_settings(settings, count, **FIXED.get(slug, {}))]
    counted = 0
    for s in states:
        for what, exact, ours, source in page.held(s):
            counted += 1
            assert source
            error = re.search(r"standard error ([\d.]+)(?:·10⁻(.))?", what)
            if error:
                size = float(error[1]) * 10.0 ** -("⁰¹²³⁴⁵⁶⁷⁸⁹".index(error[2]) if error[2] else 0)
                assert abs(ours - exact) < 4 * size, what
            else:
                assert ours == pytest.approx(exact, **WITHIN.get(slug, {"rel": 1e-7, "abs": 1e-9})), (s, what)
    assert counted  # some settings have nothing to be held against


def test_a_wrong_value_would_be_seen():
    """The table of knots is no copy of what is computed: another scaling fails."""
    path = in_their_units()
    knots = path.lambdas[:-1]
    np.testing.assert_allclose(knots, KNOTS, atol=PRINTED)
    assert np.abs(path.coefs[-1]).sum() == pytest.approx(3460.0, abs=PRINTED)
    assert np.abs(knots * np.sqrt(442) / np.array(KNOTS) - 1).min() > 1


@pytest.mark.parametrize(("t", "theta"), [(0.5, 0.0), (1.3, 0.7), (2.0, -3.0), (3.3, 12.0)])
def test_the_risk_of_soft_thresholding_is_its_integral(t, theta):
    def error(z):
        y = theta + z
        return (np.sign(y) * max(abs(y) - t, 0) - theta) ** 2 * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

    value, _ = integrate.quad(error, -12, 12, points=[-t - theta, t - theta], limit=200)
    assert soft_threshold_risk(t, theta) == pytest.approx(value, rel=1e-8)


def test_a_reader_s_own_table_is_held_against_nothing():
    page = shown("coefficient_paths")
    table = page.module.source(page.module.Settings())
    assert replace(page, table=table).held(page.module.Settings()) == []
