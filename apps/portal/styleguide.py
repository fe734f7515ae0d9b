"""The style guide: every component in every state, with sample data made here. Mounted in development only."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.core.needs import Needs, needs

POINTS = 600
LOG_LINES = 9_841
ERROR_AT = 6_197
ERROR_LINES = 7
PROGRESS = range(6_207, 6_355)


@needs(Needs.NOBODY)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the style guide, or answer as one of the endpoints that its charts and logs ask."""
    answer = SAMPLES.get(request.GET.get("sample", ""))
    if answer:
        return answer(request)
    return render(
        request, "styleguide.html", {"nav": NAV, "states": STATES, "people": PEOPLE, "series": range(1, 13), **PARTS}
    )


NAV = {
    "breadcrumb": [{"label": "northlight", "url": "/"}, {"label": "Components", "url": "/styleguide"}],
    "tabs_label": "Sample project",
    "tabs": [
        {"label": "Overview", "url": "#overview", "go": "o"},
        {"label": "Runs", "url": "#runs", "go": "r", "current": True},
        {"label": "Logs", "url": "#logs", "count": LOG_LINES},
    ],
    "inbox_url": "#inbox",
    "inbox_unread": 3,
}
STATES = ["pending", "running", "finished", "failed", "crashed", "killed", "preempting", "preempted"]
PEOPLE = ["Léa Marchand", "Ana Kovač", "Jun Takeda", "Tomas Lindqvist", "Priya Nair", "Samuel Okoro", "Mei Castellanos"]
PARTS: dict[str, Any] = {
    "papers": ["paper", "surface", "sunken", "raised"],
    "keys": ["val/acc1", "train/loss", "throughput", "train/grad_norm"],
    "columns": [
        {"label": "Name"},
        {"label": "State"},
        {"label": "val/acc1", "how": "max", "number": True, "sort": "desc", "url": "?"},
        {"label": "Size", "number": True},
    ],
    "rows": [
        {"slot": 3, "name": "long-warmup", "state": "finished", "value": 82.66, "size": 13_900_000},
        {"slot": 1, "name": "brisk-heron-148", "state": "running", "value": 80.46, "size": 4_100},
        {"slot": 13, "name": "cold-avocet-143", "state": "failed", "value": float("nan"), "size": 212_000},
        {"slot": 26, "name": "dark-swift-149", "state": "pending", "value": None, "size": None},
    ],
    "groups": [
        {
            "label": "Team",
            "items": [
                {"label": "General", "url": "#g", "icon": "gear"},
                {"label": "Members", "url": "#m", "icon": "users", "count": 7, "current": True},
            ],
        },
        {
            "label": "Access",
            "items": [
                {"label": "Privacy", "url": "#p", "icon": "lock"},
                {"label": "Tokens", "url": "#t", "icon": "key", "count": 5},
            ],
        },
    ],
    "nodes": [
        {
            "name": "eval",
            "note": "5 files, 702 kB",
            "children": [
                {"name": "confusion.png", "url": "#f", "icon": "image", "note": "212 kB", "current": True},
                {"name": "per_class.csv", "url": "#f", "icon": "table", "note": "48.6 kB"},
                {"name": "deep", "children": [{"name": "notes.md", "url": "#f", "note": "1 kB"}]},
            ],
        },
        {"name": "train.py", "url": "#f", "sign": "changed"},
        {"name": "ema.py", "url": "#f", "sign": "added"},
        {"name": "output.log", "url": "#f", "note": "3.8 MB"},
    ],
}


@dataclass(frozen=True)
class Curve:
    """How a sample metric moves, as a function of progress (0…1) and noise."""

    at: Callable[[float, float], float]


def _gpu(card: int) -> Curve:
    return Curve(lambda done, noise: 94 - 2 * card + noise - (40 if int(done * 50 + card) % 9 == 5 else 0))


CURVES = {
    "val/acc1": Curve(lambda done, noise: 82 - 50 * math.exp(-7 * done) + 0.6 * noise),
    "val/acc5": Curve(lambda done, noise: 96 - 30 * math.exp(-8 * done) + 0.3 * noise),
    "val/loss": Curve(lambda done, noise: 0.88 + 2.6 * math.exp(-6 * done) + 0.02 * noise),
    "train/loss": Curve(lambda done, noise: 1.7 + 3.2 * math.exp(-7 * done) + 0.12 * noise),
    "train/grad_norm": Curve(lambda done, noise: math.exp(0.5 * noise) * (1 + 6 * math.exp(-9 * done))),
    "throughput": Curve(lambda done, noise: 2_931 + 18 * noise - (420 if int(done * 60) % 11 == 7 else 0)),
    "lr": Curve(lambda done, noise: 3e-4 * (1 + math.cos(math.pi * done)) / 2 + 1e-6),
    **{f"gpu.{card}": _gpu(card) for card in range(8)},
}


def _columns(request: HttpRequest) -> HttpResponse:
    keys = request.GET.get("keys", "").split(",")
    return JsonResponse(
        {
            "step_last": 85_200,
            "updated_at": None,
            "state": "running",
            "series": [_series(key) for key in keys if key in CURVES or key in ODD],
        }
    )


def _series(key: str) -> dict[str, Any]:
    if key in ODD:
        return {"key": key, "min": None, "max": None, **ODD[key]}
    noise = random.Random(key)  # noqa: S311 - sample data, the same every time
    steps = [142 * point for point in range(POINTS)]
    mean = [CURVES[key].at(point / POINTS, noise.gauss(0, 1)) for point in range(POINTS)]
    spread = [abs(noise.gauss(0, 1)) * abs(value) * 0.01 for value in mean]
    high = [value + width for value, width in zip(mean, spread, strict=True)]
    if key == "train/loss":
        high[400] = 9.5  # one step out of 85 200
    return {
        "key": key,
        "x": steps,
        "y": mean,
        "min": [value - width for value, width in zip(mean, spread, strict=True)],
        "max": high,
        "count": 85_200,
        "last": mean[-1],
    }


ODD: dict[str, dict[str, Any]] = {
    "one": {"x": [0], "y": [0.7104], "count": 1, "last": 0.7104},
    "diverged": {
        "x": list(range(40)),
        "y": [2 + 1.3**step if step < 28 else "NaN" for step in range(40)],
        "count": 40,
        "last": "NaN",
    },
    "reward": {
        "x": list(range(60)),
        "y": [10 ** (step / 12 - 2) if step % 9 else 0 for step in range(60)],
        "count": 60,
        "last": 831.4,
    },
    "nan": {"x": [0, 1], "y": ["NaN", "Infinity"], "count": 2, "last": "Infinity"},
}


def _keys(request: HttpRequest) -> HttpResponse:
    gpus = {
        "keys": [f"gpu.{card}" for card in range(8)],
        "heading": "GPU utilisation",
        "unit": "%, 8 GPUs",
        "section": "system",
    }
    return JsonResponse({"panels": [*({"keys": [key]} for key in CURVES if not key.startswith("gpu")), gpus]})


def _nothing(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {"step_last": None, "updated_at": None, "state": request.GET.get("state", "finished"), "series": []}
    )


def _broken(request: HttpRequest) -> HttpResponse:
    detail = "Row 211 of the history ends early. The other charts are not affected."
    return JsonResponse(
        {"title": "History broken", "status": 500, "detail": detail, "code": "history_broken"}, status=500
    )


def _console(request: HttpRequest) -> HttpResponse:
    after, level, words = (
        int(request.GET.get("after", -1)),
        request.GET.get("level", ""),
        request.GET.get("q", "").lower(),
    )
    if not level and not words:
        end = min(after + 1 + 500, LOG_LINES)
        lines, total = [_line(n) for n in range(after + 1, end)], LOG_LINES
    else:
        found = [
            line
            for line in map(_line, range(LOG_LINES))
            if level in ("", line["level"]) and words in line["text"].lower()
        ]
        lines, total = [line for line in found if line["n"] > after][:500], len(found)
    return JsonResponse(
        {
            "total": total,
            "lines": lines,
            "first_error": ERROR_AT,
            "counts": {"warning": LOG_LINES // 997, "error": ERROR_LINES},
        }
    )


def _line(n: int) -> dict[str, Any]:
    level, text = (
        "info",
        f"epoch {n // 48}  step {n * 9:6}  loss {3 - n / 8000:.4f}  lr {6.9e-4 * (1 - n / LOG_LINES):.2e}  2 902 img/s",
    )
    if ERROR_AT <= n < ERROR_AT + ERROR_LINES:
        level, text = "error", TRACEBACK[n - ERROR_AT]
    elif n in PROGRESS:
        done = n - PROGRESS.start
        bar = "█" * (done // 8)
        text = f"loading shards {100 * done // len(PROGRESS):3} % |{bar}| {done}/{len(PROGRESS)} [00:{done % 60:02}]"
    elif n % 997 == 0:
        level, text = (
            "warning",
            "\x1b[33mdataloader:\x1b[0m worker 3 took 4.1 s for one batch (shard imagenet-train-0912.tar)",
        )
    elif n % 48 == 0:
        text = "\x1b[1;32mvalidation:\x1b[0m 50 000 images in 14.2 s, <b>not markup</b>"
    seconds = 36_000 + 2 * n
    return {
        "n": n,
        "t": f"2026-11-20T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}+00:00",
        "level": level,
        "text": text,
    }


TRACEBACK = [
    "[rank5] Watchdog caught collective operation timeout: ALLREDUCE, 60 000 ms",
    "Traceback (most recent call last):",
    '  File "train.py", line 214, in <module>',
    "    main(cfg)",
    '  File "train.py", line 171, in main',
    "    loss.backward()",
    "\x1b[31mtorch.distributed.DistBackendError\x1b[0m: NCCL communicator was aborted on rank 5",
]


def _search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").lower()
    groups = [
        {"label": label, "items": [item for item in items if words in item["title"]]} for label, items in _found()
    ]
    return JsonResponse({"groups": groups})


def _found() -> Iterator[tuple[str, list[dict[str, str]]]]:
    yield (
        "Runs",
        [
            {"title": "long-warmup", "url": "#long-warmup", "state": "finished", "detail": "82.66", "when": "1 d ago"},
            {"title": "no-warmup-17", "url": "#no-warmup-17", "state": "failed", "detail": "–", "when": "9 d ago"},
            {
                "title": "brisk-heron-148",
                "url": "#brisk-heron-148",
                "state": "running",
                "detail": "80.46",
                "when": "now",
            },
        ],
    )
    yield "Projects", [{"title": "tinyvit-distill", "url": "#tinyvit-distill", "icon": "chart", "detail": "northlight"}]


SAMPLES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "columns": _columns,
    "keys": _keys,
    "nothing": _nothing,
    "broken": _broken,
    "console": _console,
    "search": _search,
}
