"""Our own binary as a builder, with the same interface as the witness."""

from dataclasses import dataclass
from pathlib import Path

from witness import BuildFailed, collect, run


@dataclass(frozen=True)
class Native:
    """The `flit` under test."""

    binary: Path
    options: tuple = ()

    @property
    def name(self):
        return str(self.binary)

    def build(self, tree, out_dir, environment, umask=0o022):
        """Builds a wheel and an sdist, and holds stdout to naming exactly these."""
        out_dir.mkdir(parents=True)
        command = [self.binary, *self.options, "-C", tree, "build", "--outdir", out_dir]
        said = run(command, out_dir.parent, environment, umask)
        built = collect(out_dir)
        named = {(out_dir.parent / line).resolve() for line in said.splitlines()}
        if named != {path.resolve() for path in out_dir.iterdir()}:
            raise BuildFailed(f"stdout names other files than were built:\n{said}")
        if built.sdist is None:
            raise BuildFailed("no sdist was built")
        return built
