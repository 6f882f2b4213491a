"""The line to one carrier: every submission has a definite answer or none, and what comes in is stored before it is acknowledged.

aiosmpplib 0.7.4 was read and not taken: a submission cannot be awaited; one that was dequeued while the line was down is
written after the reconnection, long after we called it unknown; an answer that comes before its correlation is saved is lost;
an incoming message keeps answers and the line's own check waiting; and an error while storing it ends the client.
"""

import asyncio
import logging
from math import inf

from contracts.ids import SmsId
from services.gateway.access import Access
from services.gateway.domain import Answer, NotTaken
from services.gateway.pdu import Command, NotSmpp, Pdu, Status, bind_body, read_pdu
from services.gateway.session import Ears, Session

log = logging.getLogger(__name__)


class CarrierLink:
    """Keeps one session up. Whoever submits while it is down is told at once that nothing went."""

    def __init__(self, access: Access, ears: Ears) -> None:
        self.access, self._ears = access, ears
        self._session: Session | None = None

    @property
    def up(self) -> bool:
        return self._session is not None

    async def submit(self, sms_id: SmsId, phone: str, text: str, until: float = inf) -> Answer:
        """Writes the SMS once, not later than `until` (of `time.monotonic`). Cancelling it does not take it back."""
        if self._session is None:
            return NotTaken("link-down")
        return await self._session.submit(sms_id, phone, text, until)

    async def run(self) -> None:
        """Connects, and connects again, until it is cancelled."""
        pause = self.access.reconnect_after
        while True:
            try:
                reader, writer = await self._bound()
            except (OSError, TimeoutError, EOFError, NotSmpp) as error:
                log.warning("carrier %s:%d: %s", self.access.host, self.access.port, error or type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, self.access.reconnect_at_most)
                continue
            pause = self.access.reconnect_after
            await self._serve(Session(self.access, self._ears, reader, writer))
            await asyncio.sleep(pause)

    async def _serve(self, session: Session) -> None:
        self._session = session
        log.info("carrier %s:%d: bound", self.access.host, self.access.port)
        try:
            await session.run()
        finally:
            self._session = None
            log.warning("carrier %s:%d: the line is down", self.access.host, self.access.port)

    async def _bound(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which the carrier has accepted us for both directions."""
        within = self.access.answer_within
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_connection(self.access.host, self.access.port)
        try:
            body = bind_body(self.access.system_id, self.access.password)
            writer.write(Pdu(Command.BIND_TRANSCEIVER, 1, body).written())
            async with asyncio.timeout(within):
                answer = await read_pdu(reader)
            if not answer.answers or answer.status != Status.OK:
                raise NotSmpp(f"the carrier refused us with 0x{answer.status:02x}")
        except BaseException:
            writer.close()
            raise
        return reader, writer
