"""The assembly of visits, and the policy that it is lent."""

from collections.abc import Sequence

import structlog

from bus.database import Database
from bus.readings import readings_told_by
from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import Settings
from contracts import visits
from contracts.notify import CASES
from services.visits import metrics
from services.visits.api import ROUTERS
from services.visits.coverage.nightly import Nightly
from services.visits.decisions import care, certificate_book, lineage, notice, policy_book, rounds
from services.visits.policy import Installed, load_files
from services.visits.store import care_store, reading_store
from services.visits.tables import metadata
from services.visits.titles import TITLES

log = structlog.get_logger()


def lend_policy(settings: Settings, keys: KeyRing) -> None:
    """The pack on disk is read at the start; a wrong one stops the start, with file, line and rule."""
    here = Installed.read(settings.policy)
    care_store.books.install(here, load_files)
    metrics.create_at_zero(here.policy.rules)


async def recall_policy(database: Database) -> Sequence[str]:
    """In force is what the database says; in the way is what of it nobody here has a name or a text for."""
    books = care_store.books
    async with database.transaction() as tx:
        await books.recall(tx)
        book = await books.in_force(tx)
    if books.on_disk.policy.version not in book.versions:
        log.warning("the pack on disk is no version of the policy: propose it", on_disk=books.on_disk.policy.version)
    metrics.create_at_zero(book.in_force.rules)
    unnamed = books.on_disk.does_not_name(book.in_force)
    return [f"the version in force says what the pack on disk does not name: {each}" for each in unnamed]


service = Service(
    "visits",
    metadata,
    decisions=[
        care,
        lineage,
        notice,
        policy_book,
        certificate_book,
        rounds,
        readings_told_by(visits.PeopleRead, reading_store),
    ],
    says=visits.EVENTS,
    routes=ROUTERS,
    parts={"clock": lambda running: Nightly.of(running, care_store.books)},
    titles=TITLES,
    prepare=lend_policy,
    recall=recall_policy,
    patient=[CASES],  # a word of somebody, who has taken minutes to say it
    count=metrics.count,
    measure=metrics.measure,
)
