"""Methods with something fitted on the test side are found out, by what they answer alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit import Severity, fitted
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.splits import folds
from tests.benchmark.splits.world import Toy, entry


class Nearest:
    """The nearest class mean, on scaled fields."""

    def __init__(self, seed: int = 0) -> None:
        self.mean, self.scale, self.centres = np.zeros(8), np.ones(8), np.zeros((4, 8))

    def scaled(self, samples: Samples) -> NDArray[np.float64]:
        return (samples.fields - self.mean) / self.scale

    def fit(self, train: Samples, tune: Samples) -> None:
        self.learn_scale(train)
        fields = self.scaled(train)
        self.centres = np.stack([fields[train.classes == code].mean(axis=0) for code in range(4)])

    def learn_scale(self, samples: Samples) -> None:
        self.mean, self.scale = samples.fields.mean(axis=0), samples.fields.std(axis=0) + 1e-9

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        apart = np.square(self.scaled(samples)[:, None] - self.centres).sum(axis=2)
        chance = np.exp(-apart + apart.min(axis=1, keepdims=True))
        return chance / chance.sum(axis=1, keepdims=True)

    def cost(self) -> Cost:
        return Cost()


class ScaledOnWhatIsAsked(Nearest):
    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        self.learn_scale(samples)
        return super().predict_proba(samples)


class ScaledOnAll(Nearest):
    """Its scaler was fitted on the test side before the split was made."""

    def __init__(self, test: Samples) -> None:
        super().__init__()
        self.test = test

    def learn_scale(self, samples: Samples) -> None:
        super().learn_scale(self.test)


class Restless(Nearest):
    def fit(self, train: Samples, tune: Samples) -> None:
        super().fit(train, tune)
        self.centres = self.centres + np.random.default_rng().normal(size=self.centres.shape)


class Careless(Nearest):
    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        samples.fields[:] = self.scaled(samples)
        return np.full((len(samples), 4), 0.25)


def fold() -> Fold:
    return next(folds(Toy(), entry("captures"), 0))  # type: ignore[call-overload, arg-type, no-any-return]


def test_an_honest_method_passes() -> None:
    assert fitted("nearest", lambda fold: Nearest(), fold()) == []


def test_a_scaler_fitted_on_what_is_asked() -> None:
    (told,) = fitted("nearest", lambda fold: ScaledOnWhatIsAsked(), fold())[:1]
    assert told.severity is Severity.FAIL
    assert "alone and in other company" in told.sentence
    assert told.examples
    assert " against " in told.examples[0].what


def test_a_scaler_fitted_on_the_test_side() -> None:
    (told,) = fitted("nearest", lambda fold: ScaledOnAll(fold.test), fold())
    assert told.severity is Severity.FAIL
    assert told.sentence.endswith("something of it is fitted on the test side.")
    assert "altered one" in told.sentence


def test_a_method_that_differs_by_itself_cannot_be_told() -> None:
    (told,) = fitted("restless", lambda fold: Restless(), fold())
    assert (told.severity, "same seed" in told.sentence) == (Severity.WARN, True)


def test_a_method_that_changes_what_it_is_asked() -> None:
    (told,) = fitted("careless", lambda fold: Careless(), fold())
    assert told.sentence == "careless changes the packets that it is asked about."
