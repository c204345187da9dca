"""Taking all measurements of a plan: in processes of their own, kept as they come, so that a run may be cut short."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import packetclip
from packetclip.benchmark.libraries import libraries
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.results import Results
from packetclip.benchmark.source import digest_of
from packetclip.benchmark.stopping import end_with_parent, stop
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks import TASKS
from packetclip.errors import PacketclipError, RecipeError

__all__ = ["Progress", "Taken", "run"]

Progress = Callable[[int, int, float], None]
"""Measurements that are there, all of them, and about how many minutes are left."""

_POLL_S: Final = 1.0
_GUESSED: Final = 4.0
"""Minutes of work that the plan's own pace weighs as much as."""
_LARGE: Final = 1 << 26
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(slots=True)
class Taken:
    """What a run has: figures by task and job, and why some are missing."""

    figures: dict[str, dict[str, Mapping[str, Any]]]
    failed: dict[str, str] = field(default_factory=dict)
    """Sentence by ``task/job``."""


def run(plan: Plan, tasks: Sequence[str], folder: Path, workers: int, progress: Progress) -> Taken:
    """Take what ``folder`` lacks of some tasks. A measurement that fails is told; the others are still taken."""
    if unknown := [task for task in tasks if task not in TASKS]:
        raise RecipeError(
            f"{plan.path} asks for tasks that nobody knows: {', '.join(unknown)}. Known: {', '.join(TASKS)}."
        )
    wanted = [(task, job) for task in tasks for job in TASKS[task].jobs(plan)]
    stamps = {(task, job.name): stamp(plan, task, job) for task, job in wanted}
    taken = Taken({task: {} for task in tasks})
    left: list[tuple[str, Job]] = []
    for task, job in wanted:
        kept = _results(folder, task)
        if kept.of(job.name) == stamps[task, job.name]:
            taken.figures[task][job.name] = kept[job.name]
        else:
            left.append((task, job))
    groups = [
        (task, [job for _, job in jobs])
        for (task, _), jobs in groupby(left, key=lambda entry: (entry[0], entry[1].group or entry[1].name))
    ]
    if not groups:
        progress(len(wanted), len(wanted), 0.0)
        return taken
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))  # read when a worker imports NumPy, so before it starts
    try:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin, (str(plan.path),)) as pool:
            try:
                futures = {
                    pool.submit(_take, str(folder), task, [(job.name, stamps[task, job.name]) for job in jobs]): task
                    for task, jobs in groups
                }
                _watch(futures, folder, left, stamps, len(wanted), workers, taken, progress)
            except BrokenProcessPool as error:
                raise PacketclipError(
                    "A measuring process was killed from outside, most likely for want of memory. What was measured is "
                    "kept: run the same again, with fewer --workers."
                ) from error
            except BaseException:
                stop(pool)
                raise
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    for task, job in left:
        kept = _results(folder, task)
        if kept.of(job.name) == stamps[task, job.name]:
            taken.figures[task][job.name] = kept[job.name]
    order = {(task, job.name): n for n, (task, job) in enumerate(wanted)}
    for task, figures in taken.figures.items():
        taken.figures[task] = dict(sorted(figures.items(), key=lambda entry: order[task, entry[0]]))
    return taken


def stamp(plan: Plan, task: str, job: Job) -> str:
    """What a measurement depends on, as a digest: code, settings, data, the libraries that fit and count."""
    code = digest_of(("wire", f"benchmark/tasks/{task}/measure.py", *_ALWAYS, *job.code))
    rest = json.dumps([job.settings, _data(plan.path, str(plan.recipe)), libraries()])
    return f"{packetclip.__version__} {hashlib.sha256(f'{code}{rest}'.encode()).hexdigest()[:16]}"


_ALWAYS: Final = (
    "benchmark/samples.py",
    "benchmark/reading.py",
    "benchmark/drawing.py",
    "benchmark/fitted.py",
    "datasets",
)


@lru_cache(maxsize=4)
def _data(path: Path, recipe: str) -> str:
    """A digest of all captures, their bytes or, of large files, their time; and of what is drawn of them."""
    plan = Plan(path)
    digest = hashlib.sha256(repr((plan.recipe.data, plan.recipe.drawing)).encode())
    beside = [named for named in (plan.recipe.applications, plan.recipe.attacks) if named]
    for folder in map(plan.beside, (plan.recipe.data.path, *beside)):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            about = file.stat()
            digest.update(f"{file.relative_to(folder)} {about.st_size}".encode())
            if about.st_size > _LARGE:
                digest.update(str(about.st_mtime_ns).encode())
            else:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _watch(
    futures: Mapping[Future[list[tuple[str, str]]], str],
    folder: Path,
    left: Iterable[tuple[str, Job]],
    stamps: Mapping[tuple[str, str], str],
    total: int,
    workers: int,
    taken: Taken,
    progress: Progress,
) -> None:
    open_jobs, running = list(left), set(futures)
    began, planned = time.monotonic(), sum(job.minutes for _, job in left)
    while running:
        done, running = wait(running, _POLL_S, FIRST_COMPLETED)
        for future in done:
            for name, sentence in future.result():
                taken.failed[f"{futures[future]}/{name}"] = sentence
        open_jobs = [
            (task, job)
            for task, job in open_jobs
            if f"{task}/{job.name}" not in taken.failed
            and _results(folder, task).of(job.name) != stamps[task, job.name]
        ]
        open_minutes = sum(job.minutes for _, job in open_jobs)
        pace = _pace((time.monotonic() - began) / 60 * workers, planned - open_minutes)
        progress(total - len(open_jobs), total, pace * open_minutes / workers)
    progress(total - len(open_jobs), total, 0.0)


def _pace(taken: float, planned: float) -> float:
    """How long a minute that was planned takes on this machine, from minutes of work done; 1 where little is known.

    >>> _pace(0.0, 0.0), _pace(30.0, 60.0)
    (1.0, 0.53125)
    """
    return (taken + _GUESSED) / (planned + _GUESSED)


_plan: Plan | None = None


def _begin(path: str) -> None:
    global _plan
    end_with_parent()
    _plan = Plan(Path(path))


def _take(folder: str, task: str, jobs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Jobs of one group, one after another; gives those that failed, and why."""
    assert _plan is not None
    plan, failed = _plan, []
    for name, stamped in jobs:
        try:
            _results(Path(folder), task).get(name, stamped, lambda name=name: TASKS[task].measure(plan, name))  # type: ignore[misc]
        except PacketclipError as error:
            failed.append((name, str(error)))
        except Exception as error:  # a library's own: hours of other measurements must not end with it
            failed.append((name, f"Something unforeseen happened ({type(error).__name__}: {error})."))
    return failed


def _results(folder: Path, task: str) -> Results:
    return Results(folder / task)
