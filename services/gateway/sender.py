"""The sender: claims under a lease, commits, speaks to the carrier, and brings the answer down the road."""

import asyncio
import time
from contextlib import suppress
from uuid import UUID, uuid4

import structlog

from bus.asking import NotNow
from bus.database import passes_by_waiting
from bus.decisions import Caller
from bus.now import NOW
from bus.running import Running
from contracts.ids import SmsId, derived
from contracts.personal import SealedSms
from services.gateway.access import Access
from services.gateway.domain import Answer, Outgoing, answered_sms, read_reply, reply_id_of
from services.gateway.receipts import Receipt
from services.gateway.requests import Claimed, ClaimSms, RecordAnswer, RecordReceipt, TakeReply, answer_fields
from services.gateway.session import Ears
from services.gateway.smpp import CarrierLink
from services.gateway.tables import outgoing_store

log = structlog.get_logger()

LEASE_S = 30.0
"""Longer than the carrier is given to answer: a lease that ends has certainly been left by its sender."""
ANSWERS_WITHIN_S = 8.0
"""So long a sender that is stopping waits for what it has submitted; a supervisor gives the whole service more than that."""
CARRIER = Caller(person="carrier", role="carrier")
SENDER = Caller(person="sender", role="sender")
_STORY = "(SELECT correlation FROM journal WHERE decision = 'outgoing' AND key = {} AND kind = 'heard' ORDER BY clock LIMIT 1)"
"""The correlation under which the SMS was requested: what becomes of it belongs to the same story."""
_QUEUE = f"""
SELECT sms_id, attempt, {_STORY.format("sms_id")} AS story FROM outgoing
WHERE state = 'queued' AND (not_before IS NULL OR not_before <= {NOW})
ORDER BY CASE lane WHEN 'urgent' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END, requested_at LIMIT $1
"""


class NotYet(Exception):
    """A receipt names a message that we do not know yet: the carrier is asked to say it again."""


class LineEnded(Exception):
    """The line to the carrier never ends by itself: without it nothing would ever be sent, and nobody would see why."""


class Sender:
    """One line to one carrier. Several senders may live at once: a claim is a compare and set on the attempt."""

    def __init__(self, running: Running, access: Access) -> None:
        self._running = running
        self._asking, self._keys, self._database = running.asking, running.keys, running.database
        self.link = CarrierLink(access, Ears(self._on_receipt, self._on_reply, self._on_late))
        self._me = uuid4()
        self._at_work: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        """Held while claims are being committed: what they take is submitted, also by a sender that is stopping."""
        self._stopping, self._answered = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """Nothing is sent before everything that was told before has been heard again; the line outlives the last answer."""
        linking = asyncio.create_task(self.link.run())
        waited = True
        try:
            while not self._stopping.is_set():
                try:
                    if linking.done():
                        raise LineEnded from linking.exception()
                    if waited:
                        await self._running.caught_up()
                    waited = False
                    async with self._claiming:
                        took = await self._round()
                    if not took:
                        await self._rest()
                except Exception as error:
                    if not (passes_by_waiting(error) or isinstance(error, NotNow)):
                        await self._work_is_done()
                        raise
                    waited = True
                    await self._pause(1.0)
            await self._answered.wait()
        finally:
            linking.cancel()

    async def _round(self) -> int:
        """Takes what can be written now, urgent first: what waits here for its turn could not be withdrawn any more."""
        if self._room <= 0 or not self.link.up or self._stopping.is_set():
            return 0
        async with self._database.connection() as connection:
            rows = await connection.fetch(_QUEUE, self._room)
        claims = [
            self._asking.item(self._claim(row["sms_id"], row["attempt"]), correlation=row["story"]) for row in rows
        ]
        until = time.monotonic() + LEASE_S / 2
        answers = await self._asking.decide(claims) if claims else []
        for row, answer in zip(rows, answers, strict=True):
            if not isinstance(answer, Exception):
                self._start(SmsId(row["sms_id"]), Claimed.model_validate_json(answer or b""), row["story"], until)
        for failure in answers:
            if isinstance(failure, Exception):
                raise failure  # the others were committed, and are on their way
        return len(rows)

    @property
    def _room(self) -> int:
        return self.link.access.window - len(self._at_work)

    def _claim(self, sms_id: UUID, attempt: int) -> ClaimSms:
        """Of this sender alone: two that see the same queue make two claims, and the second finds the SMS taken."""
        claim_id = derived("claim", sms_id, attempt, self._me)
        return ClaimSms(claim_id=claim_id, sms_id=SmsId(sms_id), lease_s=LEASE_S, by=SENDER)

    def _start(self, sms_id: SmsId, claimed: Claimed, story: UUID | None, until: float) -> None:
        if claimed.attempt:
            task = asyncio.create_task(self._submit(sms_id, claimed, story, until))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def _submit(self, sms_id: SmsId, claimed: Claimed, story: UUID | None, until: float) -> None:
        """The one place where the outside world is touched; not by a sender that slept through half of its lease."""
        assert claimed.phone is not None and claimed.text is not None
        phone = self._keys.open(claimed.phone, kind="sms-phone", person=sms_id)
        text = self._keys.open(claimed.text, kind="sms-text", person=sms_id)
        await self._record(sms_id, claimed.attempt, await self.link.submit(sms_id, phone, text, until), story)

    async def _record(self, sms_id: SmsId, attempt: int, answer: Answer, story: UUID | None) -> None:
        """Until it is stored; a sender that is stopping gives up when the database is away, and the lease will end."""
        fields = answer_fields(answer)
        answer_id = derived("answer", sms_id, attempt, *fields.values())
        request = RecordAnswer(answer_id=answer_id, sms_id=sms_id, attempt=attempt, by=CARRIER, **fields)  # type: ignore[arg-type]
        while True:
            try:
                await self._asking.ask(request, correlation=story)
                return
            except NotNow:
                if self._stopping.is_set():
                    return
                await self._pause(0.5)

    async def _on_late(self, sms_id: SmsId, answer: Answer) -> None:
        state = await self._known(sms_id)
        if state is not None:
            await self._record(sms_id, state.attempt, answer, await self._story(sms_id))

    async def _on_receipt(self, receipt: Receipt) -> None:
        sms_id = receipt.sms_id or await self._of_ref(receipt.ref)
        receipt_id = derived("receipt", sms_id, receipt.ref, receipt.stat)
        await self._asking.ask(
            RecordReceipt(receipt_id=receipt_id, sms_id=sms_id, ref=receipt.ref, stat=receipt.stat, by=CARRIER),
            correlation=await self._story(sms_id),
        )

    async def _of_ref(self, ref: str) -> SmsId:
        async with self._database.connection() as connection:
            found = await connection.fetchval("SELECT sms_id FROM outgoing WHERE refs ? $1", ref)
        if found is None:
            raise NotYet(ref)
        return SmsId(found)

    async def _on_reply(self, phone: str, to: str, text: str) -> None:
        """Placed to the SMS that it answers; from a number that was never written to it is a stranger's, and is counted."""
        reading = read_reply(text)
        sms = answered_sms(await self._sent_to(phone), reading.code)
        if sms is None:
            log.warning("a reply from a number that was never written to")
            return
        reply_id = reply_id_of(sms, text)
        sealed = self._keys.seal(SealedSms, text[:500], kind="sms-reply", person=reply_id)
        await self._asking.ask(
            TakeReply(
                reply_id=reply_id, sms_id=sms.sms_id, text=sealed, answer=reading.answer, code=reading.code, by=CARRIER
            ),
            correlation=await self._story(sms.sms_id),
        )

    async def _sent_to(self, phone: str) -> list[Outgoing]:
        """Nothing to the number of a service (10086) or to a name: they have no index."""
        try:
            phone_index = self._keys.index.whole("phone", phone)
        except ValueError:
            return []
        async with self._database.connection() as connection:
            keys = [
                r[0] for r in await connection.fetch("SELECT sms_id FROM outgoing WHERE phone_index = $1", phone_index)
            ]
            return list((await outgoing_store.states(connection, keys)).values())

    async def _story(self, sms_id: SmsId) -> UUID | None:
        async with self._database.connection() as connection:
            found: UUID | None = await connection.fetchval(f"SELECT {_STORY.format('$1')}", sms_id)
        return found

    async def _known(self, sms_id: SmsId) -> Outgoing | None:
        async with self._database.connection() as connection:
            return (await outgoing_store.states(connection, [sms_id])).get(sms_id)

    async def _rest(self) -> None:
        """Until there may be something to claim."""
        if self._room <= 0:
            await asyncio.wait(self._at_work, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
        else:
            await self._pause(0.05 if self._at_work else 0.2)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def stop(self) -> None:
        """No new claims; what was claimed is submitted and gets its answer, and only then the line ends.

        What the carrier has not answered by then is unknown, and is said to be, for the desk is open until this returns.
        """
        self._stopping.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERS_WITHIN_S), self._claiming:
                await self._work_is_done()
        self._answered.set()
        await self._work_is_done(1.0)

    async def _work_is_done(self, within: float = ANSWERS_WITHIN_S) -> None:
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=within)

    def missing(self) -> list[str]:
        return []
