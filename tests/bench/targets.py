"""What we promise: each target as a number, measured, and whether it is kept."""

from dataclasses import dataclass

import tools

WHEEL_OF_UV = 1 / 3
BOTH_OF_UV = 1 / 5
WHEEL_OF_LIMIT = 1.25
PEAK_KIB = 32 * 1024
START_MS = 3.0
# From the middle to the largest of the generated trees, the cost of a file may grow by this.
LINEARITY = 1.5


@dataclass(frozen=True)
class Outcome:
    """One target on one tree: what was measured, and what it may be at most."""

    target: str
    tree: str
    measured: float
    at_most: float

    @property
    def kept(self):
        return self.measured <= self.at_most


def of_builds(trees, samples, sizes):
    """The outcomes for the real trees; ratios are those of the minima."""
    outcomes = []
    for tree in trees:
        name = tree.name
        best = {job: fastest(samples[job, name]) for job in tools.BUILDS}
        wheel, both = best[tools.OURS_WHEEL], best[tools.OURS_BOTH]
        size = sizes[tools.OURS_WHEEL, name] / sizes[tools.FLIT_CLI, name]
        peak = max(largest(samples[job, name]) for job in (tools.OURS_WHEEL, tools.OURS_BOTH))
        outcomes += [
            Outcome("wheel / uv", name, wheel / best[tools.UV_WHEEL], WHEEL_OF_UV),
            Outcome("both / uv", name, both / best[tools.UV_BOTH], BOTH_OF_UV),
            Outcome("wheel / limit", name, wheel / best[tools.LIMIT], WHEEL_OF_LIMIT),
            Outcome("size / flit", name, size, 1.0),
            Outcome("peak, MB", name, peak / 1024, PEAK_KIB / 1024),
        ]
    return outcomes


def of_start(samples):
    """The outcome for the time that a process takes to start."""
    return [Outcome("start, ms", "", fastest(samples[tools.OURS_START]), START_MS)]


def of_linearity(trees, samples):
    """The outcomes for the generated trees, in order of size."""
    costs = [fastest(samples[tree.name]) / tree.files for tree in trees]
    growth = costs[-1] / costs[-2] if len(costs) > 1 else 1.0
    peak = max(largest(samples[tree.name]) for tree in trees) / 1024
    return [
        Outcome("cost of a file, growth", trees[-1].name, growth, LINEARITY),
        Outcome("peak, MB", trees[-1].name, peak, PEAK_KIB / 1024),
    ]


def fastest(samples):
    return min(sample.milliseconds for sample in samples)


def largest(samples):
    return max(sample.peak_kib for sample in samples)
