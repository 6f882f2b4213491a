"""notify, a gateway and a carrier on one table: topics are lists, and a test decides who reads how far, and what is read twice."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from contracts.event import Event
from contracts.ids import CaseId, SmsId
from contracts.notify import SmsRequested, SmsWithdrawn
from services.gateway import domain as gateway
from services.gateway.domain import Accepted, Answer, NoAnswer, NotTaken, Outgoing, Refused, State
from tests.notify.faces import at
from tests.notify.hearing import Told

PAUSE, LEASE = timedelta(0), timedelta(minutes=1)
ANSWERS = ("accepted", "refused", "throttled", "lost before the carrier", "lost after the carrier", "sender died")


@dataclass
class Queue:
    """One topic and how far its one reader has come."""

    facts: list[Event] = field(default_factory=list)
    read: int = 0

    def next(self) -> Event | None:
        if self.read == len(self.facts):
            return None
        self.read += 1
        return self.facts[self.read - 1]

    def again(self, which: int) -> Event | None:
        return self.facts[which % self.read] if self.read else None


class World:
    """Whatever order the queues are read in, whatever is read twice and whatever the line does."""

    def __init__(self, **stories: Sequence[Event]) -> None:
        self.told = Told()
        self.minute = 100.0
        self.queues = {name: Queue(list(facts)) for name, facts in stories.items()}
        for name in ("requests", "withdrawals", "status"):
            self.queues[name] = Queue()
        self.outgoing: dict[SmsId, Outgoing] = {}
        self.taken: Counter[SmsId] = Counter()
        """What the carrier physically has."""
        self.claimed_of_the_dead: set[CaseId] = set()
        """Cases of which an SMS was claimed although notify had read of a death, and no withdrawal was on its way."""

    def read(self, name: str) -> bool:
        fact = self.queues[name].next()
        return self._hear(fact)

    def read_again(self, name: str, which: int) -> bool:
        return self._hear(self.queues[name].again(which))

    def send(self, how: str) -> bool:
        """One SMS is claimed and something becomes of it."""
        queued = sorted(sms_id for sms_id, sms in self.outgoing.items() if sms.state is State.QUEUED)
        if not queued:
            return False
        sms_id = queued[0]
        self._decide(sms_id, lambda sms: gateway.claimed(sms, at(self.minute), LEASE))
        sms = self.outgoing[sms_id]
        if sms.state is not State.SUBMITTING:
            return True
        assert sms.case_id is not None
        if self.told.notice.dead and not self._withdrawal_is_on_its_way(sms_id):
            self.claimed_of_the_dead.add(sms.case_id)
        self.taken[sms_id] += how in ("accepted", "lost after the carrier", "sender died")
        if how == "sender died":
            self.minute += 2
            self._decide(sms_id, lambda sms: gateway.woken(sms, at(self.minute)))
            return True
        definite: dict[str, Answer] = {
            "accepted": Accepted((str(sms_id),)),
            "refused": Refused("invalid-number", 11),
            "throttled": NotTaken("throttled"),
        }
        answer = definite.get(how, NoAnswer("link-lost"))
        self._decide(sms_id, lambda sms: gateway.answered(sms, sms.attempt, answer, at(self.minute), PAUSE))
        return True

    def drain(self) -> None:
        """Everybody reads to the end, and the line works."""
        going = True
        while going:
            going = any([self.read(name) for name in self.queues] + [self.send("accepted")])

    def _withdrawal_is_on_its_way(self, sms_id: SmsId) -> bool:
        unread = self.queues["withdrawals"].facts[self.queues["withdrawals"].read :]
        return any(isinstance(fact, SmsWithdrawn) and fact.sms_id == sms_id for fact in unread)

    def _hear(self, fact: Event | None) -> bool:
        self.minute += 0.01
        if isinstance(fact, SmsRequested):
            request = fact
            self._decide(request.sms_id, lambda sms: gateway.requested(sms, request, at(self.minute)))
        elif isinstance(fact, SmsWithdrawn):
            withdrawal = fact
            self._decide(withdrawal.sms_id, lambda sms: gateway.withdrawn(sms, withdrawal, at(self.minute)))
        elif fact is not None:
            for said in self.told.hear(fact, now=at(self.minute)):
                if isinstance(said, SmsRequested):
                    self.queues["requests"].facts.append(said)
                elif isinstance(said, SmsWithdrawn):
                    self.queues["withdrawals"].facts.append(said)
        return fact is not None

    def _decide(self, sms_id: SmsId, decide: Callable[[Outgoing], gateway.Outcome]) -> None:
        self.outgoing[sms_id], said = decide(self.outgoing.get(sms_id, Outgoing(sms_id)))
        self.queues["status"].facts.extend(said)
