"""The layers of a pack: a province, a city on it, a county on that. What the lower says stands over what the upper says."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from bus.pack.document import Document, Node, read

RANKS = ("province", "city", "county")
OWN = ("name", "city", "title", "note", "layer", "extends")
"""What each layer says of itself alone: nothing of it passes to the layers below."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One folder. Its pack.yaml tells what it stands on, or which county it is for."""

    folder: Path
    pack: Document

    @property
    def county(self) -> str:
        return self.said("county") or ""

    @property
    def name(self) -> str:
        """As mistakes and changes call it: the county, or the folder."""
        return self.county or self.folder.name

    @property
    def rank(self) -> int:
        said = self.said("layer")
        return RANKS.index(said) if said in RANKS else RANKS.index("city")

    def said(self, key: str) -> str | None:
        node = self.pack.section().get(key)
        return node.text if node is not None else None


@dataclass(frozen=True, slots=True)
class Layers:
    """The pack itself with all that it stands on, the uppermost first, and the counties that stand on it."""

    own: tuple[Layer, ...]
    counties: tuple[Layer, ...]

    def pack(self) -> Document:
        """pack.yaml of all layers as one document. A county adds words, and changes none."""
        *above, own = [layer.pack for layer in self.own]
        whole = merged([*map(_inherited, above), own])
        for county in self.counties:
            _add_words(whole, county.pack)
        _one_each(whole, self.counties)
        return whole

    def words_changed(self) -> Iterator[tuple[str, str, Node, Node]]:
        """(layer, place, old, new) of every word that a layer says otherwise than the layers above it."""
        for i, lower in enumerate(self.own[1:], 1):
            above, own = merged([_inherited(layer.pack) for layer in self.own[:i]]).root, lower.pack.root
            if above is not None and own is not None:
                yield from ((lower.name, *of) for of in _otherwise(above, own, ()))

    def documents(self, file: str) -> list[Document]:
        """This file of the pack and of the layers above that have it; a pack without it, and above it none, lacks it."""
        folders = [layer.folder for layer in self.own]
        found = [folder for folder in folders if (folder / file).exists()] or folders[-1:]
        return [read(folder / file) for folder in found]


def read_layers(folder: Path) -> Layers:
    """Never raises for what the files say: the mistakes lie in the documents."""
    chain = [Layer(folder, read(folder / "pack.yaml"))]
    while (above := _above(chain)) is not None:
        chain.insert(0, above)
    counties = sorted(path for path in (folder / "counties").glob("*") if path.is_dir())
    return Layers(tuple(chain), tuple(_county(path) for path in counties))


def merged(documents: Sequence[Document]) -> Document:
    """One document of them all, the uppermost first; each part knows the file that it came from."""
    roots = [document.root for document in documents if document.root is not None]
    mistakes = [mistake for document in documents for mistake in document.mistakes]
    return Document(documents[-1].path, reduce(over, roots) if roots else None, mistakes)


def over(upper: Node, lower: Node) -> Node:
    """Mappings are merged, key by key, at every depth; anything else is as the lower has it."""
    if not (isinstance(upper.value, dict) and isinstance(lower.value, dict)):
        return lower
    parts = {key: over(upper.value[key], part) if key in upper.value else part for key, part in lower.value.items()}
    return Node({**upper.value, **parts}, lower.file, lower.line)


def _otherwise(upper: Node, lower: Node, place: tuple[str, ...]) -> Iterator[tuple[str, Node, Node]]:
    if isinstance(upper.value, dict) and isinstance(lower.value, dict):
        for key in [key for key in lower.value if key in upper.value]:
            yield from _otherwise(upper.value[key], lower.value[key], (*place, key))
    elif upper.plain != lower.plain:
        yield ".".join(place), upper, lower


def _above(chain: Sequence[Layer]) -> Layer | None:
    """What the uppermost so far says that it extends; None with a mistake where that cannot be."""
    lower = chain[0]
    named = lower.pack.section().get("extends")
    if named is None:
        return None
    folder = Path(os.path.normpath(lower.folder / (named.text or "")))
    if not (named.text or "").startswith("../") or not (folder / "pack.yaml").is_file():
        lower.pack.blame(named, None, "没有这个上层目录，应写作 ../目录", f"no pack at {folder}")
        return None
    above = Layer(folder, read(folder / "pack.yaml"))
    if above.rank >= lower.rank:  # so there is no circle
        lower.pack.blame(
            named, None, "上层应高于本层：省、市、县", "a layer extends one above it: province, city, county"
        )
        return None
    return above


def _inherited(pack: Document) -> Document:
    if pack.root is None or not isinstance(pack.root.value, dict):
        return pack
    passed = {key: part for key, part in pack.root.value.items() if key not in OWN}
    return Document(pack.path, Node(passed, pack.root.file, pack.root.line), pack.mistakes)


def _one_each(whole: Document, counties: Sequence[Layer]) -> None:
    first: dict[str, Node] = {}
    for layer in counties:
        said = layer.pack.section().get("county")
        if said is not None and first.setdefault(layer.county, said) is not said:
            where = f"{first[layer.county].file}:{first[layer.county].line}"
            whole.blame(said, None, f"{layer.county}已在 {where}", f"this county has a layer already: {where}")


def _add_words(whole: Document, county: Document) -> None:
    """What one county calls its own must mean nothing else above it or in another county."""
    whole.mistakes += county.mistakes
    for key, section in county.section().items():
        if key in ("county", "note"):
            continue
        if not isinstance(section.value, dict):
            whole.blame(section, None, f"县（市、区）一层不能写“{key}”", f"a county cannot say {key}")
            continue
        for code, part in section.value.items():
            if code in whole.section(key):
                first = whole.section(key)[code]
                where = f"{first.file}:{first.line}"
                whole.blame(part, None, f"重名：“{code}”已在 {where}", f"{code!r} is named already: {where}")
        if whole.root is not None:
            whole.root = over(whole.root, Node({key: section}, whole.root.file, whole.root.line))


def _county(folder: Path) -> Layer:
    layer = Layer(folder, read(folder / "pack.yaml"))
    if layer.pack.root is not None and not layer.county:
        layer.pack.add(("county",), None, "缺少“county”：这一层是哪个县（市、区）的", "county is not set")
    if (folder / "messages.yaml").exists():
        zh = "县（市、区）一层没有短信：请写在市一层的 messages.yaml"
        layer.pack.add((), None, zh, "a county has no messages.yaml")
    return layer
