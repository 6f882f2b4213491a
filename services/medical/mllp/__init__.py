"""The door that hospital engines knock at: MLLP frames in, one answer for each in the order of arrival."""

from services.medical.mllp.connection import NotStored, Peer
from services.medical.mllp.frames import Frames, framed
from services.medical.mllp.listener import MllpCounters, MllpListener

__all__ = ["Frames", "MllpCounters", "MllpListener", "NotStored", "Peer", "framed"]
