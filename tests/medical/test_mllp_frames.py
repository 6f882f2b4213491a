"""What is found in a stream does not depend on how it was cut, nor on what stands between the frames."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.medical.mllp import Frames, framed

ONE = b"MSH|^~\\&|HIS||||||ADT^A01|1\rPID|1||\xd5\xc5"
TWO = "MSH|^~\\&|HIS||||||ADT^A03|2\rPID|1||東".encode("gb18030")
LIMIT = 1000


def found(*pieces: bytes, limit: int = LIMIT) -> tuple[list[bytes], int, int, bool]:
    """The bodies of a whole stream, its bytes of garbage, its torn frames, and whether a frame was too large."""
    frames = Frames(limit)
    bodies = [body for piece in pieces for body in frames.feed(piece)]
    return bodies + frames.end(), frames.garbage_bytes, frames.torn, frames.oversize


@pytest.mark.parametrize(
    ("stream", "bodies", "garbage", "torn"),
    [
        (framed(ONE) + framed(TWO), [ONE, TWO], 0, 0),
        (b"\0\r\n" + framed(ONE) + b"\0\0 \r\n\t" + framed(TWO) + b"\n", [ONE, TWO], 0, 0),
        (b"GET / HTTP/1.1\r\n\r\n" + framed(ONE), [ONE], 12, 0),
        (b"\x0b" + ONE + b"\x1c" + framed(TWO), [ONE, TWO], 0, 0),
        (framed(TWO) + b"\x0b" + ONE + b"\x1c", [TWO, ONE], 0, 0),
        (framed(ONE + b"\x1ctext\x1c\x1c"), [ONE + b"\x1ctext\x1c\x1c"], 0, 0),
        (framed(ONE + b"\x0btext"), [ONE + b"\x0btext"], 0, 0),
        (framed(ONE + b"\x0b" + TWO), [TWO], 0, 1),
        (framed(b"\x0b" + ONE), [ONE], 0, 0),
        (framed(ONE + b"\x0b\xef\xbb\xbf" + TWO), [b"\xef\xbb\xbf" + TWO], 0, 1),
        (framed(b""), [b""], 0, 0),
        (framed(ONE) + b"\x1c\r" + framed(TWO), [ONE, TWO], 1, 0),
        (ONE + b"\x1c\r" + framed(TWO), [TWO], len(ONE) - 1 + 1, 0),  # its CR is padding, the 1C is not
        (framed(ONE) + b"\x0b" + TWO, [ONE], 0, 1),
        (b"", [], 0, 0),
    ],
)
def test_frames_are_found_whatever_stands_around_them(
    stream: bytes, bodies: list[bytes], garbage: int, torn: int
) -> None:
    assert found(stream) == (bodies, garbage, torn, False)
    for cut in range(1, len(stream)):
        assert found(stream[:cut], stream[cut:]) == (bodies, garbage, torn, False)


PIECES = st.sampled_from(
    [ONE, TWO, b"\x0b", b"\x1c", b"\r", b"\x1c\r", b"\x0bMSH", b"\0", b"x", b"MSH|", b"\xef\xbb\xbf", b"y" * 40]
)


@given(
    st.lists(PIECES, max_size=12).map(b"".join),
    st.lists(st.integers(0, 400), max_size=8),
    st.sampled_from([30, 60, 1000]),
)
def test_a_stream_cut_anywhere_holds_the_same_frames(stream: bytes, cuts: list[int], limit: int) -> None:
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    pieces = [stream[a:b] for a, b in pairwise(edges)]

    assert found(*pieces, limit=limit) == found(stream, limit=limit)


@given(st.lists(st.binary(max_size=50).map(lambda body: body.replace(b"\x1c", b"").replace(b"\x0b", b"")), max_size=5))
def test_whatever_was_framed_is_found_again(bodies: list[bytes]) -> None:
    assert found(b"".join(map(framed, bodies))) == (bodies, 0, 0, False)


def test_a_frame_at_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    for cut in range(1, 104):
        whole, too_much = framed(b"x" * 100), framed(b"x" * 101)
        assert found(whole[:cut], whole[cut:], limit=100) == ([b"x" * 100], 0, 0, False)
        assert found(too_much[:cut], too_much[cut:], limit=100) == ([], 0, 0, True)


def test_what_came_before_a_frame_too_large_is_kept_and_nothing_after_it_is_read() -> None:
    assert found(framed(ONE) + framed(b"x" * 2000) + framed(TWO)) == ([ONE], 0, 0, True)


def test_a_frame_too_large_is_not_held() -> None:
    frames = Frames(limit=1000)

    for _ in range(100):
        frames.feed(b"\x0b" + b"x" * 700)
        assert frames.held <= 1000

    assert (frames.held, frames.is_half, frames.oversize) == (0, False, True)


def test_garbage_is_counted_and_not_held() -> None:
    frames = Frames(limit=1000)

    for _ in range(100):
        frames.feed(b"x" * 100_000)

    assert (frames.garbage_bytes, frames.held) == (10_000_000, 0)


def test_a_body_of_ten_megabytes_in_small_pieces_is_found() -> None:
    body = b"MSH|" + b"\x1cx" * 5_000_000
    stream, frames = framed(body), Frames(limit=20_000_000)

    bodies = [found for at in range(0, len(stream), 4096) for found in frames.feed(stream[at : at + 4096])]

    assert bodies == [body]


def test_it_is_known_when_only_the_last_byte_is_missing() -> None:
    frames = Frames(limit=1000)
    seen = []

    for piece in (b"\x0b", b"MSH", b"\x1c", b"x", b"\x1c", b"\r"):
        frames.feed(piece)
        seen.append((frames.is_half, frames.lacks_return))

    assert seen == [(True, False), (True, False), (True, True), (True, False), (True, True), (False, False)]
