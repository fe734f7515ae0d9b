"""Train one small model on data that comes with scikit-learn, logging through the official wandb client.

    python train.py digits-mlp

This is an ordinary training script: nothing in it knows Carnet. WANDB_BASE_URL and WANDB_API_KEY say where it logs.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import wandb
from sklearn import datasets, ensemble, linear_model, metrics, model_selection, neural_network, preprocessing

Metrics = dict[str, Any]
SAMPLES, HARDEST = 12, 60


@dataclass(frozen=True)
class Recipe:
    """What to train: the data set, the kind of model and its settings."""

    data: str
    kind: str
    epochs: int = 40
    pause_seconds: float = 0.05  # small data trains faster than anybody can look
    group: str = ""
    tags: tuple[str, ...] = ()
    settings: Metrics = field(default_factory=dict)


def mlp(data: str, layers: list[int], lr: float, **more: Any) -> Recipe:
    return Recipe(data, "mlp", settings={"layers": layers, "lr": lr, "batch_size": 64, "alpha": 1e-4}, **more)


RECIPES: dict[str, Recipe] = {
    "digits-mlp": mlp("digits", [64], 1e-3, group="mlp", tags=("baseline",)),
    "digits-mlp-wide": mlp("digits", [256, 64], 1e-3, group="mlp"),
    "digits-mlp-slow": mlp("digits", [64], 1e-4, group="mlp"),
    "digits-softmax": Recipe("digits", "sgd", group="linear", settings={"loss": "log_loss", "lr": 0.01}),
    "digits-hinge": Recipe("digits", "sgd", group="linear", settings={"loss": "hinge", "lr": 0.01}),
    "digits-forest": Recipe("digits", "forest", group="trees", settings={"trees_per_epoch": 4, "max_depth": 12}),
    "digits-shape-bug": mlp("digits", [64], 1e-3, epochs=24, tags=("bug",)),
    "digits-long": mlp("digits", [128, 128], 2e-4, epochs=20_000, pause_seconds=0.4, tags=("overnight",)),
    "cancer-boosting": Recipe("breast_cancer", "boosting", epochs=60, settings={"lr": 0.1, "max_depth": 3}),
    "cancer-forest": Recipe("breast_cancer", "forest", settings={"trees_per_epoch": 4, "max_depth": 6}),
    "cancer-softmax": Recipe("breast_cancer", "sgd", settings={"loss": "log_loss", "lr": 0.005}, tags=("baseline",)),
    "diabetes-ridge": Recipe("diabetes", "sgd", epochs=80, settings={"loss": "squared_error", "lr": 0.01}),
    "diabetes-boosting": Recipe("diabetes", "boosting", epochs=80, settings={"lr": 0.05, "max_depth": 2}),
    "diabetes-diverges": Recipe("diabetes", "sgd", epochs=60, settings={"loss": "squared_error", "lr": 2.0}),
    "diabetes-mlp": mlp("diabetes", [32, 32], 3e-3, epochs=80),
}


@dataclass(frozen=True)
class Split:
    """Training and validation data, features scaled."""

    train_x: np.ndarray
    val_x: np.ndarray
    train_y: np.ndarray
    val_y: np.ndarray
    is_regression: bool
    val_pictures: np.ndarray | None = None  # of digits: grey values, 0 is paper


def load(name: str, seed: int) -> Split:
    bunch = getattr(datasets, f"load_{name}")()
    target = bunch.target.astype(float) if name == "diabetes" else bunch.target
    if name == "diabetes":
        target = (target - target.mean()) / target.std()
    parts = model_selection.train_test_split(bunch.data, target, test_size=0.25, random_state=seed)
    scaler = preprocessing.StandardScaler().fit(parts[0])
    pictures = parts[1].reshape(-1, 8, 8) / 16 if name == "digits" else None
    train_x, val_x = scaler.transform(parts[0]), scaler.transform(parts[1])
    return Split(train_x, val_x, parts[2], parts[3], name == "diabetes", pictures)


def build(recipe: Recipe, split: Split, seed: int) -> Any:
    """Return an estimator that learns a little more with each call of `one_epoch`."""
    s = recipe.settings
    if recipe.kind == "mlp":
        kind = neural_network.MLPRegressor if split.is_regression else neural_network.MLPClassifier
        return kind(
            hidden_layer_sizes=s["layers"],
            learning_rate_init=s["lr"],
            batch_size=s["batch_size"],
            alpha=s["alpha"],
            random_state=seed,
        )
    if recipe.kind == "sgd":
        kind = linear_model.SGDRegressor if split.is_regression else linear_model.SGDClassifier
        return kind(loss=s["loss"], learning_rate="constant", eta0=s["lr"], random_state=seed)
    if recipe.kind == "forest":
        return ensemble.RandomForestClassifier(0, max_depth=s["max_depth"], warm_start=True, random_state=seed)
    kind = ensemble.GradientBoostingRegressor if split.is_regression else ensemble.GradientBoostingClassifier
    return kind(learning_rate=s["lr"], n_estimators=1, max_depth=s["max_depth"], warm_start=True, random_state=seed)


def one_epoch(model: Any, recipe: Recipe, split: Split) -> None:
    if recipe.kind == "forest":
        model.n_estimators += recipe.settings["trees_per_epoch"]
        model.fit(split.train_x, split.train_y)
    elif recipe.kind == "boosting":
        model.fit(split.train_x, split.train_y)
        model.n_estimators += 1
    elif split.is_regression:
        model.partial_fit(split.train_x, split.train_y)
    else:
        model.partial_fit(split.train_x, split.train_y, classes=np.unique(split.train_y))


def measure(model: Any, split: Split) -> Metrics:
    """Return losses and scores on both halves."""
    found: Metrics = {}
    for part, x, y in (("train", split.train_x, split.train_y), ("val", split.val_x, split.val_y)):
        predicted = model.predict(x)
        if split.is_regression:
            with np.errstate(all="ignore"):
                found[f"{part}/mse"] = float(np.mean((predicted - y) ** 2))
                found[f"{part}/mae"] = float(np.mean(np.abs(predicted - y)))
        else:
            found[f"{part}/acc"] = float(metrics.accuracy_score(y, predicted))
            if hasattr(model, "predict_proba") and getattr(model, "loss", "") != "hinge":
                found[f"{part}/loss"] = float(metrics.log_loss(y, model.predict_proba(x)))
    return found


def epochs(recipe: Recipe, split: Split, seed: int) -> Iterator[tuple[int, Any, Metrics]]:
    model = build(recipe, split, seed)
    for epoch in range(recipe.epochs):
        began = time.perf_counter()
        one_epoch(model, recipe, split)
        seconds = time.perf_counter() - began
        yield epoch, model, measure(model, split) | {"epoch": epoch, "perf/rows_per_s": len(split.train_x) / seconds}
        time.sleep(recipe.pause_seconds)


def confusion(model: Any, split: Split) -> wandb.Image:
    """Draw which class was taken for which: rows are true, columns predicted, dark is often."""
    table = metrics.confusion_matrix(split.val_y, model.predict(split.val_x), normalize="true")
    return wandb.Image(np.kron(255 - 255 * table, np.ones((16, 16))).astype(np.uint8), caption="true by predicted")


def picture(grey: np.ndarray, caption: str = "") -> wandb.Image:
    return wandb.Image(np.kron(255 - 255 * grey, np.ones((8, 8))).astype(np.uint8), caption=caption or None)


def samples(model: Any, split: Split) -> list[wandb.Image]:
    """Show what the model takes the same twelve digits for."""
    assert split.val_pictures is not None
    found = []
    for row, taken in enumerate(model.predict(split.val_x[:SAMPLES])):
        true = split.val_y[row]
        caption = f"{true}" if true == taken else f"{true} taken for {taken}"
        found.append(picture(split.val_pictures[row], caption))
    return found


def predictions(model: Any, split: Split) -> wandb.Table:
    """List the digits the model is least sure of, with their pictures."""
    assert split.val_pictures is not None
    if not hasattr(model, "predict_proba") or getattr(model, "loss", "") == "hinge":
        sure = np.sort(model.decision_function(split.val_x), axis=1)[:, -1]
    else:
        sure = model.predict_proba(split.val_x).max(axis=1)
    said = model.predict(split.val_x)
    table = wandb.Table(columns=["picture", "row", "label", "predicted", "sureness"])
    for row in np.argsort(sure)[:HARDEST]:
        table.add_data(
            picture(split.val_pictures[row]), int(row), int(split.val_y[row]), int(said[row]), float(sure[row])
        )
    return table


def per_class(model: Any, split: Split) -> wandb.Html:
    """Write precision and recall of every class as a small page."""
    found = metrics.classification_report(split.val_y, model.predict(split.val_x), output_dict=True, zero_division=0)
    rows = "".join(
        f"<tr><th>{name}<td>{one['precision']:.3f}<td>{one['recall']:.3f}<td>{one['support']:.0f}"
        for name, one in found.items()
        if name.isdigit()
    )
    style = "body{font:13px sans-serif}td,th{padding:1px 12px 1px 0;text-align:right}"
    head = "<tr><th>class<th>precision<th>recall<th>rows"
    return wandb.Html(f"<style>{style}</style><table>{head}{rows}</table>", inject=False)


def looked_at(epoch: int) -> bool:
    """Say whether an epoch is worth pictures: 0, 1, 2, 4, 8 … since most changes at the start."""
    return epoch & (epoch - 1) == 0


def media(model: Any, split: Split, *, is_last: bool) -> Metrics:
    found: Metrics = {"val/confusion": confusion(model, split)}
    if split.val_pictures is not None:
        found["samples/digits"] = samples(model, split)
    if is_last:
        found["samples/per_class"] = per_class(model, split)
        if split.val_pictures is not None:
            found["samples/hardest"] = predictions(model, split)
    return found


def train(name: str, recipe: Recipe, seed: int) -> None:
    split = load(recipe.data, seed)
    config = {"model": recipe.kind, "data": recipe.data, "epochs": recipe.epochs, "seed": seed} | recipe.settings
    settings = wandb.Settings(save_code=True, x_stats_sampling_interval=2.0)
    project = recipe.data.replace("_", "-")
    with wandb.init(
        project=project,
        name=f"{name}-s{seed}",
        config=config,
        group=recipe.group or None,
        job_type="train",
        tags=list(recipe.tags),
        save_code=True,
        settings=settings,
    ) as run:
        print(f"{len(split.train_x)} rows to train on, {len(split.val_x)} to validate with")
        for epoch, model, found in epochs(recipe, split, seed):
            is_last = epoch == recipe.epochs - 1
            if not split.is_regression and (looked_at(epoch) or is_last):
                found.update(media(model, split, is_last=is_last))
            if recipe.kind == "mlp" and epoch % 5 == 0:
                found["weights/first_layer"] = wandb.Histogram(model.coefs_[0])
            run.log(found)
            shown = "  ".join(f"{key} {value:.4g}" for key, value in found.items() if isinstance(value, float))
            print(f"epoch {epoch:>4}  {shown}")
            if not found.get("train/mse", 0.0) < 1e6:  # also true for NaN
                text = "The learning rate is too high."
                run.alert("The loss has left the scale", text, level="WARN", wait_duration=3600)
                print(f"WARNING: the loss has left the scale. {text}")
            if "bug" in recipe.tags and epoch == 20:
                print("reading the extra validation rows")
                model.predict(split.val_x[:, :-1])  # one feature short: a real error with a real traceback


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int)
    given = parser.parse_args()
    chosen = RECIPES[given.recipe]
    if given.epochs:
        chosen = Recipe(**{**chosen.__dict__, "epochs": given.epochs})
    train(given.recipe, chosen, given.seed)
