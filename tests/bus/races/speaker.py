"""A relay in a process of its own, so that it can be stopped, resumed and killed: `python -m tests.bus.races.speaker …`."""

import asyncio
import sys

from bus.database import Database
from bus.relay import Relay


async def main(dsn: str, brokers: str, prefix: str, deadline: str) -> None:
    await Relay("watch", Database(dsn, schema="watch", size=1), brokers, prefix=prefix, deadline=float(deadline)).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
