"""One bound connection to a carrier, from the bind to the moment it dies; what was unanswered then is unknown."""

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

from contracts.ids import SmsId
from services.gateway.access import Access
from services.gateway.domain import Accepted, Answer, NoAnswer, NotTaken, Refused
from services.gateway.pdu import (
    INTERMEDIATE,
    RECEIPT,
    Command,
    NotSmpp,
    Pdu,
    Short,
    Status,
    cstring,
    read_pdu,
    submissions,
)
from services.gateway.receipts import Receipt, read_receipt

log = logging.getLogger(__name__)

LATER = (Status.THROTTLED, Status.QUEUE_FULL)
MOST_PARTS = 6
MOST_INCOMING = 100
"""Incoming messages that are being stored at once; beyond it the carrier is asked to come again."""
MOST_OVERDUE = 10_000
"""Answers that are still hoped for after their submission was given up."""
PHONE = re.compile(r"\+?\d{5,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told of what comes in. Each returns when it is stored; if it fails, the carrier is asked to say it again."""

    on_receipt: Callable[[Receipt], Awaitable[None]]
    on_reply: Callable[[str, str, str], Awaitable[None]]
    """The phone in E.164, the number that it wrote to, the text."""
    on_late: Callable[[SmsId, Answer], Awaitable[None]]
    """An answer that came after its submission was given up as NoAnswer."""


class _Submission:
    """The parts of one SMS; complete when the carrier has answered for each."""

    def __init__(self, sms_id: SmsId, parts: int) -> None:
        self.sms_id = sms_id
        self.given_up = False
        self.answered = asyncio.Event()
        self._statuses: list[int | None] = [None] * parts
        self._refs: list[str] = [""] * parts

    def hear(self, part: int, response: Pdu) -> None:
        self._statuses[part], self._refs[part] = response.status, cstring(response.body)
        if None not in self._statuses:
            self.answered.set()

    def answer(self, otherwise: str) -> Answer:
        """Definite only if all parts went, or none."""
        statuses = [status for status in self._statuses if status is not None]
        taken = tuple(ref for ref, status in zip(self._refs, self._statuses, strict=True) if status == Status.OK)
        if len(statuses) < len(self._statuses):
            return NoAnswer(otherwise, taken)
        if len(taken) == len(statuses):
            return Accepted(taken)
        if taken:
            return NoAnswer("incomplete", taken)
        refused = [status for status in statuses if status not in LATER]
        if not refused:
            return NotTaken("throttled")
        return Refused("invalid-number" if refused[0] == Status.INVALID_DESTINATION else "rejected", refused[0])


class Session:
    """Submits, listens and asks whether the line lives; `run` returns when it does not."""

    def __init__(self, access: Access, ears: Ears, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._access, self._ears, self._reader, self._writer = access, ears, reader, writer
        self._window = asyncio.Semaphore(access.window)
        self._sequence = count(2)  # the bind was 1
        self._unanswered: dict[int, tuple[_Submission, int]] = {}
        self._at_work: set[asyncio.Task[None]] = set()
        self._heard_at = asyncio.get_running_loop().time()
        self._dead = asyncio.Event()

    async def submit(self, sms_id: SmsId, phone: str, text: str, until: float) -> Answer:
        """From the first byte on, whatever is not an answer is NoAnswer."""
        if not PHONE.fullmatch(phone):
            return Refused("invalid-number", Status.INVALID_DESTINATION)
        units = submissions(self._access.source, phone, text, sms_id.bytes) if text else []
        if not 0 < len(units) <= MOST_PARTS:
            return Refused("rejected", Status.OK)  # carriers send an empty text, and cut a long one, without a word
        async with self._window:
            while len(self._unanswered) > MOST_OVERDUE:
                self._unanswered.pop(next(iter(self._unanswered)))
            if self._dead.is_set():
                return NotTaken("link-down")
            if time.monotonic() > until:  # not the loop's clock: it stands while the process does
                return NotTaken("lease-ended")
            submission = _Submission(sms_id, len(units))
            for part, unit in enumerate(units):
                sequence = next(self._sequence)
                self._unanswered[sequence] = submission, part
                self._send(Pdu(Command.SUBMIT_SM, sequence, unit.written()))
            return await self._answer_to(submission)

    async def run(self) -> None:
        """Until the line dies, the carrier unbinds, or it is cancelled."""
        listening, watching = asyncio.create_task(self._listen()), asyncio.create_task(self._watch())
        try:
            await asyncio.wait((listening, watching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._dead.set()
            for task in (listening, watching):
                task.cancel()
            with contextlib.suppress(OSError, RuntimeError):
                self._send(Pdu(Command.UNBIND, next(self._sequence)))
                self._writer.close()
            for outcome in await asyncio.gather(listening, watching, return_exceptions=True):
                if isinstance(outcome, Exception):
                    log.warning("the session ended: %s: %s", type(outcome).__name__, outcome)

    async def _answer_to(self, submission: _Submission) -> Answer:
        answered, dead = asyncio.create_task(submission.answered.wait()), asyncio.create_task(self._dead.wait())
        try:
            await asyncio.wait(
                (answered, dead), timeout=self._access.answer_within, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            answered.cancel()
            dead.cancel()
        submission.given_up = not submission.answered.is_set()
        return submission.answer("link-lost" if self._dead.is_set() else "timeout")

    async def _listen(self) -> None:
        while True:
            pdu = await read_pdu(self._reader)
            self._heard_at = asyncio.get_running_loop().time()
            if pdu.answers:
                self._hear_answer(pdu)
            elif pdu.command == Command.DELIVER_SM:
                self._hear_message(pdu)
            elif pdu.command == Command.ENQUIRE_LINK:
                self._send(pdu.response())
            elif pdu.command == Command.UNBIND:
                self._send(pdu.response())
                return
            else:
                self._send(Pdu(Command.GENERIC_NACK, pdu.sequence, status=Status.INVALID_COMMAND))
            await self._writer.drain()

    async def _watch(self) -> None:
        """A line on which nothing is heard, not even the answer to our asking, is dead."""
        loop, access = asyncio.get_running_loop(), self._access
        while True:
            await asyncio.sleep(access.enquire_after)
            if loop.time() - self._heard_at < access.enquire_after:
                continue
            asked_at = loop.time()
            self._send(Pdu(Command.ENQUIRE_LINK, next(self._sequence)))
            await asyncio.sleep(access.answer_within)
            if self._heard_at < asked_at:
                raise TimeoutError(f"silent for {loop.time() - self._heard_at:.0f} s")

    def _hear_answer(self, pdu: Pdu) -> None:
        submission, part = self._unanswered.pop(pdu.sequence, (None, 0))
        if submission is None:
            return  # of an enquire_link
        submission.hear(part, pdu)
        if submission.given_up and submission.answered.is_set():
            self._work(self._ears.on_late(submission.sms_id, submission.answer("")))

    def _hear_message(self, pdu: Pdu) -> None:
        if len(self._at_work) >= MOST_INCOMING:
            self._send(pdu.response(b"\0", Status.TEMPORARY))
        else:
            self._work(self._take(pdu))

    async def _take(self, pdu: Pdu) -> None:
        """Acknowledged only when it is stored."""
        status = Status.OK
        try:
            await self._tell(Short.read(pdu.body))
        except NotSmpp as error:
            log.warning("an incoming message was refused: %s", error)
            status = Status.SYSTEM_ERROR
        except Exception as error:  # noqa: BLE001 - whatever kept it from being stored, the carrier must say it again
            log.warning("an incoming message could not be stored: %s", type(error).__name__)
            status = Status.TEMPORARY
        self._send(pdu.response(b"\0", status))

    async def _tell(self, short: Short) -> None:
        if short.esm_class & INTERMEDIATE:
            return
        if not short.esm_class & RECEIPT:
            await self._ears.on_reply(f"+{short.source}", short.destination, short.text)
        elif (receipt := read_receipt(short)) is not None:
            await self._ears.on_receipt(receipt)
        else:
            log.warning("a receipt names no message or no state")

    def _work(self, doing: Awaitable[None]) -> None:
        async def work() -> None:
            try:
                await doing
            except Exception as error:  # noqa: BLE001 - a late answer that is not stored leaves the SMS unknown, as it was
                log.warning("what came late could not be stored: %s", type(error).__name__)

        task = asyncio.create_task(work())
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    def _send(self, pdu: Pdu) -> None:
        if not self._writer.is_closing():
            self._writer.write(pdu.written())
