"""One test for each line of "what to notice", and what a sheet asks, judges and hands in."""

import csv
import io
from functools import cache
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
import pytest
from claims import claim
from scipy.stats import t as student
from streamlit.testing.v1 import AppTest

from regviz import MLP, adam, train
from regviz.averages import mean_error
from regviz.experiments import dropout, early_stopping, lr_schedules, normalization
from regviz.experiments import experiment_sheets as runs
from regviz.figures import experiment_sheets as topic
from regviz.figures.experiment_sheets import VIEWS, Settings
from regviz.knobs import knobs
from regviz.sheets import six, written
from regviz.sheets.sheet import Log
from regviz.sheets.six import SHEETS
from regviz.sheets.written import Said
from regviz.ui.topic import key

SLUG = "experiment_sheets"
ROOT = Path(__file__).parents[2]
KEPT = {"Version": "regviz"}


@cache
def log_of(view):
    return VIEWS[view].compute(Settings(view=view)).log


def alone(k, **penalty):
    """Return the weights and the accuracy of the network of seed 0, trained by itself."""
    network, data = MLP((64, 32, 10), seeds=0, dtype="float32"), runs.digits()
    history = train(network, data, learning_rate=0.01, epochs=30, batch_size=50, record_every=30, **penalty)
    return network.weights[network.penalised > 0], history.test_accuracy[-1]


@claim(
    "L1, L2: at λ = 0.00316 77 % of the weights are below 0.01 with L1 in the gradient, 34 % with L2 and 2.7 % "
    "without. Exactly 0 is none of them; by proximal steps 76 % are."
)
def test_weights_near_zero_and_at_zero():
    """Seed 0 is trained again by itself, without anything of the experiment."""
    r, k = runs.penalised(), 6
    assert runs.STRENGTHS[k] == 0.00316
    assert 100 * r.small[:3, k].mean(axis=1) == pytest.approx([2.7, 34, 77], abs=0.6)
    assert 100 * r.zero[:, k].mean(axis=1) == pytest.approx([0, 0, 0, 76], abs=0.6)
    assert not r.zero[:3, k].any()
    for kind, penalty in ((0, {}), (1, {"l2": 0.00316}), (2, {"l1": 0.00316})):
        weights, right = alone(k, **penalty)
        assert np.mean(np.abs(weights) < 0.01) == pytest.approx(r.small[kind, k, 0], abs=0.01)  # float32, alone or not
        assert right == pytest.approx(r.right[kind, k, 0], abs=0.01)
        assert np.all(weights != 0)


def test_a_pixel_that_is_always_black_has_no_weight_after_proximal_steps():
    """Its gradient is exactly 0, so the penalty is all there is: those weights, and more, are exactly 0."""
    black = (runs.digits().X_train == 0).all(axis=0).mean() * 64 * 32 / (64 * 32 + 32 * 10)
    assert black > 0.05
    assert (runs.penalised().zero[3] >= black).all()


def test_a_proximal_step_minimises_what_it_should():
    """step + w is the least of ½ (√v̂ + ε)(u − z)² + ηλ|u| over u, by search on a fine grid."""
    w, gradient = np.array([[0.3, -0.2, 0.004]]), np.array([[0.5, 0.01, 0.2]])
    rate, strength = np.array([[0.01]]), np.array([[2.0, 0.02, 0.3]])
    rule, plain = runs.proximal(strength)(rate, weight_decay=0.0), adam(0.01)
    step, state = rule.update(gradient, rule.init(w), w)
    z = w + plain.update(gradient, plain.init(w), w)[0]
    metric = np.sqrt(state.v / (1 - 0.999)) + 1e-8
    u = np.linspace(-0.5, 0.5, 1_000_001)
    for j in range(3):
        value = metric[0, j] * (u - z[0, j]) ** 2 / 2 + 0.01 * strength[0, j] * np.abs(u)
        assert (w + step)[0, j] == pytest.approx(u[value.argmin()], abs=2e-6)  # the grid's own step


@claim(
    "L1, L2: up to λ = 0.00316 L1 in the gradient stays within a point of no penalty on new digits. At λ = 0.01 it "
    "is 3 points behind."
)
def test_l1_costs_nothing_until_it_is_strong():
    plain, l1 = runs.penalised().right[[0, 2]].mean(axis=2)
    assert np.abs(l1 - plain)[:7].max() < 0.01
    assert 100 * (plain - l1)[-1] == pytest.approx(3, abs=0.5)


@claim(
    "Dropout: with three labels in ten wrong, networks with half of their units dropped get 80 % of new digits right, "
    "and with none dropped 68 %. They learn 77 % of the training labels, and 95 %."
)
def test_dropout_learns_less_and_tells_more():
    r = dropout.digits_trained(0.3)
    at = [int(np.flatnonzero(rate == dropout.RATES)[0]) for rate in (0.5, 0)]
    assert 100 * r.test[at, :, -1].mean(axis=1) == pytest.approx([80, 68], abs=1)
    assert 100 * r.train[at, :, -1].mean(axis=1) == pytest.approx([77, 95], abs=1)


@claim(
    "Batch norm: averaged over 25 cells batch norm tells 73 % of new digits, layer norm about 52 % and neither 28 %. "
    "In three cells it is behind plain: initial weights × 2 at rates 0.01 and 0.0316, and × 4 at 0.01."
)
def test_batch_norm_is_ahead_but_for_three_cells():
    grid = normalization.over_rates_and_scales()
    plain, batch, layer = grid.mean(axis=3)
    assert [100 * cells.mean() for cells in (batch, layer, plain)] == pytest.approx([73, 52, 28], abs=1.5)
    rates, scales = np.nonzero(batch <= plain)
    where = zip(np.array(normalization.RATES)[rates], np.array(normalization.SCALES)[scales], strict=True)
    assert sorted(where) == [(0.01, 2.0), (0.01, 4.0), (0.0316, 2.0)]


@claim(
    "Optimizers: at rate 0.01 four optimizers lie 54 points apart, each at a rate of its own less than 1 point. The "
    "rate of SGD is then 100 times that of RMSprop."
)
def test_the_rate_made_the_difference():
    r = runs.raced()
    assert 100 * np.ptp(r.right[:, 2].mean(axis=1)) == pytest.approx(54, abs=2)
    assert np.ptp(r.at_best.mean(axis=1)) < 0.01
    assert runs.RATES[2] == 0.01
    own = dict(zip(six.OPTIMIZERS, runs.RATES[r.best], strict=True))
    assert own["SGD"] == pytest.approx(100 * own["RMSprop"], rel=0.01)


def test_the_rates_are_chosen_inside_their_range():
    """A best rate at an end would only say that the range was too small."""
    assert ((runs.raced().best > 0) & (runs.raced().best < len(runs.RATES) - 1)).all()


@claim(
    "Schedules: at a peak of 0.0316 five seeds do not tell warmup + cosine from a constant rate. At 0.316 it is 54 "
    "± 8 points ahead, and warmup alone 49 ± 8."
)
def test_warmup_matters_at_the_high_peak():
    names = lr_schedules.SCHEDULES
    for peak, expected in ((0.0316, None), (0.316, (54, 49))):
        right = 100 * lr_schedules.trained(peak, 5).accuracy[..., -1]
        gains = [right[names.index(name)] - right[0] for name in ("warmup_cosine", "warmup")]
        mean, error = mean_error(gains[0])
        assert (abs(mean) > 2 * error) == (expected is not None)
        if expected:
            means, errors = zip(*map(mean_error, gains), strict=True)
            assert means == pytest.approx(expected, abs=3)
            assert errors == pytest.approx((8, 8), abs=1.5)


@claim(
    "Patience: 20 checks end with a test loss of 0.19 and 5 with 0.26. All 400 epochs end with 0.17 if the best "
    "weights are kept, and with 0.24 ± 0.03 by the last ones, which twenty draws do not tell from 0.19."
)
def test_patience_and_what_twenty_draws_decide():
    losses = early_stopping.stopped("curve", 0.01, 0.0, 20, 0.0, True).test
    hasty = early_stopping.stopped("curve", 0.01, 0.0, 5, 0.0, True).test
    t = early_stopping.trained("curve", 0.01, 0.0)
    end, kept = t.test[:, -1], np.array([t.test[i, t.validation[i].argmin()] for i in range(len(t.test))])
    assert kept.mean() == pytest.approx(0.17, abs=0.005)
    assert [losses.mean(), hasty.mean(), end.mean()] == pytest.approx([0.19, 0.26, 0.24], abs=0.01)
    assert mean_error(end)[1] == pytest.approx(0.03, abs=0.005)
    mean, error = mean_error(end - losses)
    assert abs(mean) < 2 * error


LOGS = [("norms", Settings(strength=float(v))) for v in runs.STRENGTHS]
LOGS += [(view, Settings(view=view)) for view in SHEETS if view != "norms"]


@pytest.mark.parametrize(("view", "s"), LOGS)
def test_a_run_bears_out_one_statement_of_each_question(view, s):
    log = VIEWS[view].compute(s).log
    for asked in (SHEETS[view].hypothesis, SHEETS[view].conclusion):
        assert sum(bool(statement.holds(log)) for statement in asked.statements) == 1
        assert all(set(statement.expects) <= set(log.rows) for statement in asked.statements)
    assert any(c.isdigit() for c in SHEETS[view].evidence(log))


@pytest.mark.parametrize("view", SHEETS)
def test_a_statement_is_judged_by_the_log_and_not_by_its_place(view):
    """With each row's values given to the next, which is another run, another statement is right."""
    sheet, log = SHEETS[view], log_of(view)
    turned = type(log)(log.rows, {name: np.roll(values, 1, axis=0) for name, values in log.columns.items()})
    right = [
        [bool(st.holds(one)) for st in (*sheet.hypothesis.statements, *sheet.conclusion.statements)]
        for one in (log, turned)
    ]
    assert right[0] != right[1]


def test_how_often_chance_alone_is_ahead():
    """As the page says: in 3, 6 and 9 of a hundred comparisons of 20, 5 and 3 seeds."""
    assert [round(100 * student.sf(2, seeds - 1)) for seeds in (20, 5, 3)] == [3, 6, 9]
    draws = np.random.default_rng(0).standard_normal((4000, 2, 5))
    ahead = [Log(("a", "b"), {"x": pair}).ahead("a", "b", "x") for pair in draws]
    assert np.mean(ahead) == pytest.approx(0.058, abs=0.011)  # three standard errors of 4000 draws


def handed_in(view, said):
    return written.table_file(view, log_of(view), said, KEPT, "https://example.org/x?a=1&sheets=AB")


@pytest.mark.parametrize("view", SHEETS)
def test_the_log_opens_as_a_table(view):
    """By pandas and by csv: every row and column of the log, mean and error as the seeds give them."""
    log, text = log_of(view), handed_in(view, Said("A", "B"))
    table = pd.read_csv(io.StringIO(text))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(table) == len(rows) == len(log.rows) * len(log.columns)
    for (row, column), part in table.groupby(["setting", "measured"], sort=False):
        values = log.columns[column][log.rows.index(row)]
        assert part["mean"].item() == pytest.approx(np.mean(values), rel=1e-5)
        assert part["standard error"].item() == pytest.approx(
            np.std(values, ddof=1) / len(values) ** 0.5, rel=5e-3, abs=1e-12
        )
        assert part["seeds"].item() == len(values)
        each = part[[f"seed {k}" for k in range(1, len(values) + 1)]].to_numpy().ravel()
        assert each == pytest.approx(values, rel=1e-5)
        assert part["prediction"].isna().item() or column == SHEETS[view].about
    assert set(table["hypothesis"]) == {f"A. {SHEETS[view].hypothesis.statements[0].text}."}
    holds = SHEETS[view].conclusion.statements[1].holds(log)
    assert set(table["conclusion borne out"]) == {"yes" if holds else "no"}
    assert set(table["link"]) == {"https://example.org/x?a=1&sheets=AB"}


@pytest.mark.parametrize("view", SHEETS)
def test_the_log_reads_as_markdown(view):
    log = log_of(view)
    text = written.markdown(view, log, Said("A", "B"), KEPT, "https://example.org/x")
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    head, rule, *rows = lines
    assert head == ["setting", f"prediction: {SHEETS[view].about}", *log.columns, "seeds"]
    assert set(rule) == {"---"}
    assert [row[0] for row in rows] == list(log.rows)
    assert all(len(row) == len(head) for row in rows)
    for row in rows:
        means = [log.mean(row[0], column) for column in log.columns]
        assert [float(cell.split("\u00a0±")[0]) for cell in row[2:-1]] == pytest.approx(means, rel=0.01, abs=1e-3)
    for asked, letter in ((SHEETS[view].hypothesis, 0), (SHEETS[view].conclusion, 1)):
        assert asked.statements[letter].text in text
    assert "<https://example.org/x>" in text


@pytest.mark.parametrize("text", ["", "-", "Z" * 12, "É", "<script>", "A" * 10_000, "\u202e", "1e999", "ＡＢ", "\x00"])
def test_nonsense_says_nothing_or_what_it_may(text):
    said = written.read(text)
    assert list(said) == list(SHEETS)
    for name, one in said.items():
        for asked, letter in ((SHEETS[name].hypothesis, one.hypothesis), (SHEETS[name].conclusion, one.conclusion)):
            assert letter == "-" or written.chosen(asked, letter) is not None
    assert written.read(written.letters(said)) == said


def opened(**query):
    app = AppTest.from_file(str(ROOT / "regviz/ui/shell.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(f"../../pages/{SLUG}.py").run()


@pytest.fixture
def at_home(monkeypatch):
    monkeypatch.chdir(ROOT)


def shown(app):
    return "\n".join(m.value for m in app.markdown)


@pytest.mark.usefixtures("at_home")
def test_a_sheet_from_hypothesis_to_conclusion():
    app = opened()
    assert [r.value for r in app.radio] == [None]
    assert "| setting |" not in shown(app)
    assert any("Covered until" in block.proto.body for block in app.get("html"))
    app.radio(key=key("hypothesis", SLUG, "norms")).set_value("A").run()
    assert "| setting | prediction: share below 0.01 |" in shown(app)
    assert app.radio(key=key("hypothesis", SLUG, "norms")).disabled
    assert not any("Covered until" in block.proto.body for block in app.get("html"))
    assert "The run" not in shown(app)
    conclusion = key("conclusion", SLUG, "norms")
    verdicts = []
    for letter in "AB":
        app.radio(key=conclusion).set_value(letter).run()
        verdicts.append(next(m.value for m in app.markdown if m.value.startswith("The run ")))
    assert verdicts[0].startswith("The run does not bear it out.")
    assert verdicts[1].startswith("The run bears your conclusion out.")
    assert all("did not come true" in verdict for verdict in verdicts)
    assert app.session_state[key("said", SLUG)] == "AB"
    assert "- On the slider, Strength λ: 0.00316\n" in next(
        block.value for block in app.code if block.value.startswith("# L1")
    )
    app.selectbox(key=f"{SLUG}.view").set_value("patience").run()
    assert app.radio[0].value is None
    app.radio(key=key("hypothesis", SLUG, "patience")).set_value("C").run()
    assert app.session_state[key("said", SLUG)] == "AB--------C"
    app.selectbox(key=f"{SLUG}.view").set_value("norms").run()
    assert [r.value for r in app.radio] == ["A", "B"]
    assert not app.exception


@pytest.mark.usefixtures("at_home")
def test_a_link_hands_all_sheets_in():
    first = opened(sheets="AB------CA-B", **{f"{SLUG}.view": "Schedules"})
    link = next(block.value for block in first.code if f"{SLUG}?" in block.value and "#" not in block.value)
    query = dict(parse_qsl(link.partition("?")[2]))
    assert query["sheets"] == "AB------CA-B"
    again = opened(**query)
    for app in (first, again):
        assert [r.value for r in app.radio] == ["C", "A"]
        assert "| L1, L2 | A | B |" in shown(app)
        assert "| Patience | - | B |" in shown(app)
        assert not app.exception


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "x" * 10_000, "\u202eAB", "ZZZZ"])
def test_a_hostile_link_opens_the_page(text):
    app = opened(sheets=text)
    assert not app.exception
    assert not app.error
    assert all(r.value is None for r in app.radio)


@pytest.mark.parametrize("view", SHEETS)
def test_a_sheet_links_a_page_at_settings_that_it_has(view):
    table = knobs(import_module(f"regviz.figures.{SHEETS[view].slug}").Settings)
    for name, value in SHEETS[view].preset.items():
        assert table[name].text(table[name].parse(value)) == value


def test_the_names_of_the_views_are_those_of_the_sheets():
    assert list(topic.VIEWS) == list(SHEETS)


VISIBLE = "() => getComputedStyle(document.querySelector('.rv-panel')).visibility === 'visible'"
COVERED = "() => getComputedStyle(document.querySelector('.rv-panel')).visibility === 'hidden'"


def test_the_charts_open_with_a_hypothesis_and_the_address_keeps_it(visit):
    """In a browser: through a slider, in a link that is copied, and when going back undoes the slider."""
    page = visit(SLUG)
    page.wait_for_function(COVERED)
    page.locator(f".st-key-hypothesis-{SLUG}-norms").get_by_text("B", exact=True).click()
    page.wait_for_function(VISIBLE)
    page.wait_for_url("**sheets=B")
    page.locator(f".st-key-{SLUG}-strength input").press("ArrowRight")
    page.wait_for_url("**strength=0.00562")
    page.locator(f".st-key-conclusion-{SLUG}-norms").get_by_text("A", exact=True).click()
    page.wait_for_url("**sheets=BA*")
    page.get_by_role("paragraph").filter(has_text="The run does not bear it out.").wait_for()
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("navigator.clipboard.readText()").endswith("strength=0.00562&sheets=BA")
    page.go_back()
    page.wait_for_url(f"**/{SLUG}?sheets=BA")
    page.wait_for_function(VISIBLE)
