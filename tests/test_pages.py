"""Every page through the shell, without a browser: it opens, takes its URL, survives nonsense, and fails kindly."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest
from test_figures import MODULES, SHOWN, SLUGS, TRAINED, picked, training

from regviz.catalog import HOME
from regviz.knobs import Choice, Numeric, changed, corners, knobs, settled, waits
from regviz.ui import page
from regviz.ui.topic import key

ROOT = Path(__file__).parents[1]
JUNK = ["nan", "inf", "-1e400", "", "<script>alert(1)</script>", "[](javascript:x)", "x" * 10_000, "\u202e0", "None"]


def opened(slug, query=()):
    app = AppTest.from_file(str(ROOT / "regviz/ui/shell.py"), default_timeout=120)
    for name, value in dict(query).items():
        app.query_params[name] = value
    return app.switch_page(f"../../pages/{slug}.py").run() if slug != HOME.slug else app.run()


def state(app, slug):
    """The settings in the session; a knob without a widget at this state is left out."""
    keys = {name: f"{slug}.{name}" for name in knobs(MODULES[slug].Settings)}
    return {name: app.session_state[key] for name, key in keys.items() if key in app.session_state}


def agrees(app, slug, settings):
    return state(app, slug).items() <= vars(settings).items()


def sound(app):
    return not app.exception and not app.error and len(app.title) == 1


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("slug", SLUGS)
def test_opens_at_its_defaults(slug):
    app = opened(slug)
    assert sound(app)
    assert agrees(app, slug, MODULES[slug].Settings())


def linked(slug):
    """Return corners to open by their links; of a trained topic the two of most settings among what is trained."""
    every = list(corners(MODULES[slug].Settings))
    if slug not in TRAINED:
        return every[3::45]
    known = {training(s) for s in trained(slug)}
    return sorted((s for s in every if training(s) in known), key=lambda s: -len(changed(s)))[:2]


def trained(slug):
    """Return the states of a topic that other tests train in any case."""
    return [s for _, s in picked(slug)] + [settled(s) for s in presets(slug)]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_permalink_opens_its_state(slug):
    for s in linked(slug):
        link = SHOWN[slug].link(s)
        _, _, query = link.partition("?")
        app = opened(slug, parse_qsl(query, keep_blank_values=True))
        assert sound(app)
        assert agrees(app, slug, s)
        assert set(changed(s)) - state(app, slug).keys() <= {"weights"}


@pytest.mark.parametrize("shift", [0, 3, 6])
@pytest.mark.parametrize("slug", SLUGS)
def test_nonsense_in_the_url_opens_valid_settings(slug, shift):
    names = [*(f"{slug}.{name}" for name in knobs(MODULES[slug].Settings)), "unknown"]
    app = opened(slug, {name: JUNK[(shift + i) % len(JUNK)] for i, name in enumerate(names)})
    assert sound(app)
    assert agrees(app, slug, MODULES[slug].Settings())


def second_options(slug):
    """Return a state with numbers at their second option; what needs training is as one that is trained has it.

    Among those, the one with most such numbers away from their defaults.
    """
    s = MODULES[slug].Settings()
    if slug in TRAINED:
        s = max(trained(slug), key=lambda t: sum(n in changed(t) for n, _ in numbers_of(t) if waits(t, n)))
    return replace(s, **{n: knobs(type(s))[n].options[1] for n, _ in numbers_of(s) if not waits(s, n)})


@pytest.mark.parametrize("slug", SLUGS)
def test_off_step_numbers_snap_to_the_nearest_option(slug):
    s, asked = second_options(slug), {}
    for name, knob in knobs(type(s)).items():
        value = getattr(s, name)
        if isinstance(knob, Numeric):
            k = knob.options.index(value)
            asked[name] = repr(value + 0.3 * (knob.options[k + 1 if k == 0 else k - 1] - value))
        elif isinstance(knob, Choice):
            asked[name] = knob.text(value)
    app = opened(slug, {f"{slug}.{n}": v for n, v in asked.items()})
    assert sound(app)
    assert agrees(app, slug, s)


def arguments(slug):
    """Return what a page hands to the layout."""
    given = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "show", lambda topic, **more: given.update(more))
        exec(compile((ROOT / f"pages/{slug}.py").read_text(encoding="utf-8"), slug, "exec"), {})
    return given


def presets(slug):
    """Return the settings that a page offers to try."""
    return arguments(slug)["try_this"].values()


@pytest.mark.parametrize("slug", SLUGS[1:])
def test_lines_of_notice_lead_to_presets_that_show_them(slug):
    given = arguments(slug)
    assert given["see"]
    assert set(given["see"]) <= set(range(1, len(given["notice"]) + 1))
    assert set(given["see"].values()) <= set(given["try_this"])


def numbers_of(s):
    return [(n, getattr(s, n)) for n, k in knobs(type(s)).items() if isinstance(k, Numeric)]


@pytest.mark.parametrize("slug", SLUGS[1:])
def test_every_preset_works(slug):
    app = opened(slug)
    buttons = [b for b in app.button if (b.key or "").startswith("try-")]
    assert len(buttons) >= 3
    assert all(value in knobs(type(s))[name].options for s in presets(slug) for name, value in numbers_of(s))
    for i in range(len(buttons)):
        before = state(app, slug)
        next(b for b in app.button if b.key == key("try", slug, i)).click()
        app.run()
        assert sound(app)
        assert state(app, slug) != before


def test_a_failure_is_one_sentence_with_a_way_back(monkeypatch, caplog):
    slug = "constraint_balls"
    topic, healthy = MODULES[slug], MODULES[slug].compute

    def fragile(s):
        if s.noise == 3.0:
            raise RuntimeError("secret detail")
        return healthy(s)

    monkeypatch.setattr(topic, "compute", fragile)
    app = opened(slug, {f"{slug}.noise": "3"})
    assert not app.exception
    assert len(app.error) == 1
    assert "secret" not in app.error[0].value
    assert "secret detail" in caplog.text
    next(b for b in app.button if b.key == key("reset", slug)).click()
    app.run()
    assert sound(app)
    assert agrees(app, slug, topic.Settings())


def test_the_readers_weights_are_weighed_and_kept_in_the_url():
    slug = "penalty_shapes"
    app = opened(slug, {f"{slug}.weights": "1,2,3", f"{slug}.penalty": "l2", f"{slug}.lambda_": "0.1"})
    assert sound(app)
    assert any("L2 penalty: 0.7" in m.value for m in app.markdown)
    assert any("| 3 | 0.45 | 0.3 |" in m.value for m in app.markdown)


def test_pills_choose_any_of_several_words():
    slug = "optimizer_race"
    app = opened(slug, {f"{slug}.racers": "none"})
    assert sound(app)
    assert state(app, slug)["racers"] == ()
    app.button_group(key=key("pills", slug, "racers")).set_value(["adam", "sgd"]).run()
    assert sound(app)
    assert state(app, slug)["racers"] == ("sgd", "adam")
    app.button(key=key("try", slug, 1)).click().run()
    assert app.button_group(key=key("pills", slug, "racers")).value == ["sgd", "momentum", "adam"]


def test_two_visitors_do_not_meet():
    first = opened("constraint_balls", {"constraint_balls.lambda_": "0.1"})
    second = opened("constraint_balls")
    first.select_slider(key="constraint_balls.seed").set_value(7).run()
    second.run()
    assert state(first, "constraint_balls")["seed"] == 7
    assert agrees(second, "constraint_balls", MODULES["constraint_balls"].Settings())
