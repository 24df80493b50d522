"""Sorts messages to a shop by what they are about: words and their parts, weighed by a logistic regression."""

from __future__ import annotations

from typing import Any

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from lsform.ml import Model

WEIGHTS = "weights.joblib"
Task = dict[str, Any]


class Classifier(Model):
    """Knows nothing until something is labeled; the score of a prediction is the probability of its topic."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pipeline: Pipeline | None = joblib.load(self.workdir / WEIGHTS) if self.workdir else None

    def predict(self, tasks: list[Task], **_kwargs: Any) -> list[Task]:
        if self.pipeline is None:
            return [{"result": [], "score": 0.0} for _ in tasks]
        shares = self.pipeline.predict_proba([task["data"]["text"] for task in tasks])
        return [_prediction(dict(zip(self.pipeline.classes_, map(float, row), strict=True))) for row in shares]

    def fit(self, tasks: list[Task], **_kwargs: Any) -> None:
        labels = [task["annotations"][-1]["result"][0]["value"]["choices"][0] for task in tasks]
        if len(set(labels)) < 2:
            raise ValueError("label messages of at least two topics first")
        pipeline = make_pipeline(
            TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)),
            LogisticRegression(C=10, class_weight="balanced", max_iter=1000),
        )
        pipeline.fit([task["data"]["text"] for task in tasks], labels)
        assert self.workdir is not None  # a new, empty folder: what is in it is the next version
        joblib.dump(pipeline, self.workdir / WEIGHTS)


def _prediction(shares: dict[str, float]) -> Task:
    """The likeliest topic; the shares of all of them are for `lsform select`."""
    label = max(shares, key=lambda topic: shares[topic])
    result = {
        "from_name": "topic",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [label]},
        "meta": {"probabilities": shares},
    }
    return {"result": [result], "score": shares[label]}
