"""Policy packs on disk: read in layers, with the file and line of everything, and what they call things."""

from bus.pack.mistakes import Mistake, PackRefused
from bus.pack.words import Words, read_words

__all__ = ["Mistake", "PackRefused", "Words", "read_words"]
