"""Why something was decided, in a test: a seal that nobody has to open. The same words are the same seal."""

from hashlib import sha256

from contracts.personal import SealedCare


def a_reason(words: str) -> SealedCare:
    return SealedCare("v1.A256GCM.care.k1." + sha256(words.encode()).hexdigest())
