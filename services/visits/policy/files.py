"""A pack as it travels: its files and those of all it lies upon, path → text; what was put in force is kept so."""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

from bus.pack.layers import read_layers
from bus.pack.mistakes import Mistake, PackRefused
from services.visits.domain import Policy
from services.visits.policy.checks import mistakes_of
from services.visits.policy.load import Loaded, load_with_changes

FOLDER = ""
"""Under this path stands which of the folders is the pack's own."""


def files_of(folder: Path) -> dict[str, str]:
    """Everything that the pack is made of, by paths beside it: policies/<pack>/rules.yaml is <pack>/rules.yaml."""
    own = folder.resolve()
    layers = read_layers(own)
    root = Path(os.path.commonpath([layer.folder.parent for layer in layers.own]))
    folders = [layer.folder for layer in (*layers.own, *layers.counties)]
    paths = [own.parent / "calendar.yaml", *(path for each in folders for path in sorted(each.glob("*.yaml")))]
    files = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in paths if path.exists()}
    return {FOLDER: str(own.relative_to(root)), **files}


def load_files(files: Mapping[str, str]) -> Policy:
    """A version that was approved before, as its files say: what is checked today does not unmake it."""
    return _loaded(files, lambda loaded: []).policy


def examine_files(files: Mapping[str, str], examine: Callable[[Loaded], Iterable[Mistake]] = mistakes_of) -> Policy:
    """A version that is to be put in force: PackRefused also for what would leave people bare, or owed twice."""
    return _loaded(files, examine).policy


def _loaded(files: Mapping[str, str], examine: Callable[[Loaded], Iterable[Mistake]]) -> Loaded:
    """PackRefused with the paths as they were given."""
    with tempfile.TemporaryDirectory(prefix="bifang-policy-") as made:
        root = Path(made).resolve()
        for path, text in files.items():
            if path != FOLDER:
                _write(root, path, text)
        folder = root / _inside(files.get(FOLDER, ""))
        try:
            _all_here(root, folder)
            loaded = load_with_changes(folder)
            if mistakes := list(examine(loaded)):
                raise PackRefused(mistakes)
            return loaded
        except PackRefused as refused:
            raise PackRefused([_beside(mistake, root) for mistake in refused.mistakes]) from None


def _write(root: Path, path: str, text: str) -> None:
    place = root / _inside(path)
    if place.suffix != ".yaml":
        raise _no_path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def _inside(path: str) -> PurePosixPath:
    """Nothing is written or read beside the folder, whatever the path says."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise _no_path(path)
    return PurePosixPath(*parts)


def _no_path(path: str) -> PackRefused:
    zh, en = f"不是政策目录中的文件名：“{path}”", "not the path of a file of a pack"
    return PackRefused([Mistake(Path(), 1, None, zh, en)])


def _all_here(root: Path, folder: Path) -> None:
    """A version is whole: what it extends came with it, and does not lie on this machine by chance."""
    for layer in read_layers(folder).own:
        if not layer.folder.is_relative_to(root):
            zh, en = "上层目录没有一并提交", "the layer above did not come with it"
            raise PackRefused([Mistake(folder / "pack.yaml", 1, None, zh, en)])


def _beside(mistake: Mistake, root: Path) -> Mistake:
    inside = mistake.file.is_relative_to(root)
    file = mistake.file.relative_to(root) if inside else mistake.file
    return Mistake(file, mistake.line, mistake.rule, mistake.zh, mistake.en)
