"""The carrier's side of SMPP: takes what is submitted, writes it down, answers, and says later what became of it."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from services.gateway.carrier.behaviour import Behaviour, behaviour_of
from services.gateway.carrier.ledger import Ledger, Receipted, Submitted
from services.gateway.pdu import (
    RECEIPT,
    RECEIPTED_MESSAGE_ID,
    RESPONSE,
    SMS_ID,
    Command,
    NotSmpp,
    Pdu,
    Short,
    Status,
    read_pdu,
    sms_id_in,
)

log = logging.getLogger(__name__)

Mode = Literal["normal", "down", "slow", "hold"]


class Carrier:
    """`down` accepts nobody and drops who is there; `slow` answers late; `hold` takes, and answers when the mode is left."""

    def __init__(self, ledger: Ledger, *, moment: float, hold: float, slow: float, echo: bool) -> None:
        self.ledger = ledger
        self._moment, self._hold, self._slow, self._echo = moment, hold, slow, echo
        self._mode: Mode = "normal"
        self._held = asyncio.Event()
        self._held.set()
        self._sessions: list[_Session] = []
        self._bound = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._place = ("127.0.0.1", 0)
        self._at_work: set[asyncio.Task[None]] = set()
        self._taken = count(1 + sum(submitted.taken for submitted in ledger.submits))

    async def start(self, port: int, host: str = "127.0.0.1") -> None:
        """Listens, by default on this machine only, and gives again the receipts that a former life could not."""
        self._place = host, port
        await self._listen()
        for submitted in self.ledger.submits:
            given = self.ledger.receipted[submitted.message_id] if submitted.taken else 0
            for stat in behaviour_of(submitted.phone).receipts[given:] if submitted.taken else ():
                self._work(self._give_receipt(submitted, stat))

    async def set_mode(self, mode: Mode) -> None:
        was, self._mode = self._mode, mode
        if mode == "hold":
            self._held.clear()
        else:
            self._held.set()
        if mode == "down" and self._server is not None:
            self._server.close()
            for session in list(self._sessions):
                session.drop()
        elif was == "down":
            await self._listen()

    async def reply(self, phone: str, text: str, to: str = "10690000") -> None:
        """A holder writes; it is delivered once, when a session is there."""
        self._work(self._deliver(Short(phone.removeprefix("+"), to, text.encode("utf-16-be"))))

    async def take(self, session: "_Session", pdu: Pdu) -> None:
        """On disk before it is answered. A refused one is written down, too."""
        short = Short.read(pdu.body)
        behaviour = behaviour_of(short.destination)
        status = behaviour.status_after(self.ledger.refused_before(short.destination))
        submitted = self._submitted(short, status)
        await self.ledger.write(submitted)
        await self._delay(behaviour)
        session.send(pdu.response(submitted.message_id.encode() + b"\0", status))
        if submitted.taken:
            for stat in behaviour.receipts:
                self._work(self._give_receipt(submitted, stat))
            if behaviour.reply is not None and submitted.part == submitted.parts:
                await asyncio.sleep(5 * self._moment)
                await self.reply(submitted.phone, behaviour.reply, submitted.source)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(self, writer)
        try:
            while True:
                pdu = await read_pdu(reader)
                if pdu.answers:
                    session.hear(pdu)
                elif pdu.command == Command.SUBMIT_SM:
                    self._work(self.take(session, pdu))
                elif pdu.command == Command.BIND_TRANSCEIVER:
                    session.send(pdu.response(b"CARRIER\0"))
                    await self._joined(session)
                elif pdu.command in (Command.ENQUIRE_LINK, Command.UNBIND):
                    session.send(pdu.response())
                else:
                    session.send(Pdu(Command.GENERIC_NACK, pdu.sequence, status=Status.INVALID_COMMAND))
        except (OSError, EOFError, NotSmpp) as error:
            log.info("a session ended: %s", error or type(error).__name__)
        finally:
            session.drop()
            if session in self._sessions:
                self._sessions.remove(session)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self.serve, *self._place)

    async def _joined(self, session: "_Session") -> None:
        async with self._bound:
            self._sessions.append(session)
            self._bound.notify_all()

    def _submitted(self, short: Short, status: Status) -> Submitted:
        part, parts = short.part
        sms_id = sms_id_in(short)
        return Submitted(
            message_id=f"{next(self._taken):010d}" if status is Status.OK else "",
            at=datetime.now(UTC).isoformat(),
            phone=short.destination,
            source=short.source,
            text=short.text,
            sms_id=str(sms_id) if sms_id else None,
            part=part,
            parts=parts,
            status=status,
        )

    async def _delay(self, behaviour: Behaviour) -> None:
        if behaviour.held:
            await asyncio.sleep(self._hold)
        if self._mode == "slow":
            await asyncio.sleep(self._slow)
        await self._held.wait()

    async def _give_receipt(self, submitted: Submitted, stat: str) -> None:
        await asyncio.sleep(self._moment)
        day = datetime.now(UTC).strftime("%y%m%d%H%M")
        words = (
            f"id:{submitted.message_id} sub:001 dlvrd:001 submit date:{day} done date:{day} stat:{stat} err:000 text:"
        )
        optional = {RECEIPTED_MESSAGE_ID: submitted.message_id.encode() + b"\0"}
        if self._echo and submitted.sms_id is not None:
            optional[SMS_ID] = bytes.fromhex(submitted.sms_id.replace("-", ""))
        to, source = submitted.source, submitted.phone
        await self._deliver(Short(source, to, words.encode(), coding=0, esm_class=RECEIPT, optional=optional))
        await self.ledger.write(Receipted(receipted=submitted.message_id))

    async def _deliver(self, short: Short) -> None:
        """Again and again, ever more slowly, until it is acknowledged."""
        pause = self._moment
        while True:
            async with self._bound:
                await self._bound.wait_for(lambda: self._sessions)
                session = self._sessions[-1]
            if await session.deliver(short) == Status.OK:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, 30.0)

    def _work(self, doing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(doing)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)


class _Session:
    """One client that is bound."""

    def __init__(self, carrier: Carrier, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._sequence = count(1)
        self._unanswered: dict[int, asyncio.Future[int | None]] = {}

    def send(self, pdu: Pdu) -> None:
        if not self._writer.is_closing():
            self._writer.write(pdu.written())

    async def deliver(self, short: Short, within: float = 10.0) -> int | None:
        """The client's answer; None if there was none."""
        if self._writer.is_closing():
            return None
        sequence = next(self._sequence)
        answer: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._unanswered[sequence] = answer
        self.send(Pdu(Command.DELIVER_SM, sequence, short.written()))
        try:
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            return None

    def hear(self, pdu: Pdu) -> None:
        answer = self._unanswered.pop(pdu.sequence, None)
        if pdu.command == Command.DELIVER_SM | RESPONSE and answer is not None and not answer.done():
            answer.set_result(pdu.status)

    def drop(self) -> None:
        self._writer.transport.abort()
        for answer in self._unanswered.values():
            if not answer.done():
                answer.set_result(None)
