"""Images moved against moving pixels one by one and scipy, mixed pairs, noise as ridge, and the hook in training."""

import numpy as np
import pytest
from scipy import ndimage

from regviz import MLP, augment, mixup, noise_ridge, split, train, warp_matrix
from regviz.data.curves import two_moons
from regviz.data.digits import load_digits
from regviz.networks import one_hot
from regviz.networks.augmentation import KINDS, mix

X = load_digits()[0][:40]
DATA = split(*two_moons(90, 0.2, seed=3), 60, 15, seed=0)


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (0, 2), (-3, 1), (0, 0)])
def test_whole_shifts_move_pixels(dx, dy):
    framed = np.pad(X.reshape(-1, 8, 8), ((0, 0), (4, 4), (4, 4)))
    moved = framed[:, 4 - dy : 12 - dy, 4 - dx : 12 - dx].reshape(len(X), -1)
    np.testing.assert_allclose(X @ warp_matrix(dx, dy, 0).T, moved, atol=1e-14)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_move_pixels(quarters):
    turned = np.rot90(X.reshape(-1, 8, 8), -quarters, axes=(1, 2)).reshape(len(X), -1)
    np.testing.assert_allclose(X @ warp_matrix(0, 0, 90 * quarters).T, turned, atol=1e-12)


@pytest.mark.parametrize(("dx", "dy", "angle"), [(0.3, -0.7, 0), (0, 0, 33), (1.2, 0.4, -61)])
def test_between_pixels_it_is_what_scipy_has(dx, dy, angle):
    turn = np.radians(angle)
    back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])  # (down, across) of the source
    offset = np.full(2, 3.5) - back @ (np.array([dy, dx]) + 3.5)
    image = np.pad(X[3].reshape(8, 8), 4)
    peer = ndimage.affine_transform(image, back, offset + 4 - back @ np.full(2, 4.0), order=1)[4:-4, 4:-4]
    np.testing.assert_allclose(warp_matrix(dx, dy, angle) @ X[3], peer.ravel(), atol=1e-12)


def test_shifted_fully_out_nothing_is_left():
    for dx, dy, angle in ((20, 0, 0), (0, -9, 0), (30, 30, 45)):
        assert not warp_matrix(dx, dy, angle).any()


def test_a_shift_is_the_matrix_of_its_draw():
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    out, draws = augment(X[:5], "shift", 1.5, rng), 1.5 * same.uniform(-1, 1, (5, 2))
    for image, told, (dx, dy) in zip(X, out, draws, strict=False):
        np.testing.assert_allclose(told, warp_matrix(dx, dy, 0) @ image, atol=1e-12)


def test_a_turn_is_the_matrix_of_its_draw():
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    out, draws = augment(X[:5], "rotate", 90.0, rng), 90 * same.uniform(-1, 1, 5)
    for image, told, angle in zip(X, out, draws, strict=False):
        np.testing.assert_allclose(told, warp_matrix(0, 0, angle) @ image, atol=1e-12)


def test_a_mirror_is_drawn_with_its_chance():
    out = augment(np.tile(X[0], (4000, 1)), "flip", 0.3, np.random.default_rng(0))
    mirrored = (out != X[0]).any(axis=1)
    np.testing.assert_array_equal(out[mirrored][0].reshape(8, 8), X[0].reshape(8, 8)[:, ::-1])
    assert mirrored.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))


@pytest.mark.parametrize("kind", KINDS)
def test_strength_zero_changes_nothing(kind):
    np.testing.assert_allclose(augment(X, kind, 0.0, np.random.default_rng(0)), X, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_runs_together_are_the_runs_alone(kind):
    strengths = [0.0, 0.4, 1.0]
    many = augment(np.stack([X] * 3), kind, strengths, [np.random.default_rng(seed) for seed in range(3)])
    for run, strength in enumerate(strengths):
        alone = augment(X, kind, strength, np.random.default_rng(run))
        np.testing.assert_allclose(many[run], alone, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_one_image_is_changed_and_one_row_mixes_with_itself(kind, rng):
    image = rng.random((1, 64))
    changed = augment(image, kind, 1.0, np.random.default_rng(3))
    assert changed.shape == (1, 64)
    assert np.any(changed != image)
    X, T = mixup(image, [[1.0]], 0.4, np.random.default_rng(3))
    np.testing.assert_allclose(X, image, rtol=1e-12)
    np.testing.assert_allclose(T, 1, rtol=1e-12)


def test_mixed_rows_lie_between_two_rows_and_carry_both_labels():
    rows, T = np.arange(30.0)[:, None] ** 2, np.eye(30)
    mixed, labels = mixup(rows, T, 0.7, np.random.default_rng(0))
    np.testing.assert_allclose(labels @ rows, mixed, rtol=1e-12)
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-12)
    assert np.all((labels > 0).sum(axis=1) <= 2)
    same, hard = mixup(rows, T, 0.0, np.random.default_rng(0))
    np.testing.assert_array_equal(same, rows)
    np.testing.assert_array_equal(hard, T)


@pytest.mark.parametrize("alpha", [0.1, 1.0, 5.0])
def test_shares_have_the_spread_of_their_distribution(alpha):
    T = np.eye(2)[np.arange(20_000) % 2]
    _, labels = mix(T[None], T[None], np.array([alpha]), [np.random.default_rng(1)])
    crossed = labels[0][(labels[0] > 0).all(axis=1)]
    own = crossed[:, 0]
    assert own.mean() == pytest.approx(0.5, abs=0.02)
    assert own.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.05)


@pytest.mark.parametrize("sigma", [0.0, 0.3, 2.0])
def test_noise_on_the_inputs_is_ridge_in_expectation(rng, sigma):
    """The gradient of the expected loss, from draws that come in pairs ±E so that odd terms vanish, is 0 there."""
    A, y = rng.standard_normal((12, 3)), rng.standard_normal(12)
    w = noise_ridge(A, y, sigma)
    E = sigma * rng.standard_normal((40_000, 12, 3))
    gradients = np.stack([(np.swapaxes(A + s * E, 1, 2) @ ((A + s * E) @ w - y)[..., None])[..., 0] for s in (1, -1)])
    each = gradients.mean(axis=0)
    error = each.std(axis=0) / np.sqrt(len(each))
    assert np.all(np.abs(each.mean(axis=0)) <= 4 * error + 1e-12)


def test_the_hook_draws_each_run_as_it_would_alone():
    def shake(batch, target, draws):
        return batch + 0.1 * np.stack([draw.standard_normal(batch.shape[-2:]) for draw in draws]).reshape(
            batch.shape
        ), target

    together = MLP((2, 6, 2), seeds=[1, 2])
    train(together, DATA, augment=shake, epochs=3, batch_size=16)
    for run, seed in enumerate((1, 2)):
        alone = MLP((2, 6, 2), seeds=seed)
        train(alone, DATA, augment=shake, epochs=3, batch_size=16)
        np.testing.assert_allclose(together.state[run], alone.state, rtol=1e-6, atol=1e-9)


def test_a_hook_that_changes_nothing_is_plain_training():
    plain, same = MLP((2, 6, 2), seeds=1), MLP((2, 6, 2), seeds=1)
    train(plain, DATA, epochs=3)
    train(same, DATA, augment=lambda batch, target, draws: (batch, target), epochs=3)
    np.testing.assert_array_equal(plain.state, same.state)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: augment(X, "melt", 1.0, np.random.default_rng(0)), "kind must be one of shift, rotate, flip"),
        (lambda: augment(X, "shift", -1.0, np.random.default_rng(0)), "strength must be >= 0"),
        (lambda: augment(X, "flip", 1.5, np.random.default_rng(0)), "at most 1"),
        (lambda: augment(X[:, :10], "shift", 1.0, np.random.default_rng(0)), "64"),
        (lambda: augment(X, "shift", [1.0, 2.0], np.random.default_rng(0)), "one number"),
        (lambda: mixup(X, one_hot([0], 2), 0.1, np.random.default_rng(0)), "as many rows"),
        (lambda: mixup(X, X, -0.1, np.random.default_rng(0)), "alpha must be >= 0"),
        (lambda: noise_ridge(X, X[:, 0], -1.0), "sigma must be >= 0"),
        (lambda: warp_matrix(np.nan, 0, 0), "dx must be finite"),
    ],
)
def test_nonsense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
