"""Personal values are sealed once, where they enter, and found again unopened; docs/sealing.md is the format."""

from bus.sealed.blind_index import BlindIndex
from bus.sealed.key_ring import KeyRing
from bus.sealed.key_ring_file import BadKeyRing, new_demo_ring
from bus.sealed.seal import CannotOpen, CannotSeal
from bus.sealed.spelling import FORMS, typed

__all__ = ["FORMS", "BadKeyRing", "BlindIndex", "CannotOpen", "CannotSeal", "KeyRing", "new_demo_ring", "typed"]
