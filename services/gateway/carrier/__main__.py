"""The simulated carrier as a program: `python -m services.gateway.carrier --port P --control-port C --ledger FILE`.

It does not run in production: an urgent SMS that it took would be `delivered`, and nobody would know.
"""

import argparse
import asyncio
import logging
import os
from pathlib import Path
from typing import get_args

import uvicorn

from services.gateway.carrier.control import control
from services.gateway.carrier.ledger import Ledger
from services.gateway.carrier.server import Carrier, Mode


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m services.gateway.carrier", description="模拟运营商 simulated SMS carrier"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where both doors are; 0.0.0.0 in a container")
    parser.add_argument("--port", type=int, required=True, help="SMPP")
    parser.add_argument("--control-port", type=int, required=True, help="HTTP: /ledger /reply /mode")
    parser.add_argument("--ledger", type=Path, required=True, help="what was taken, one JSON line each")
    parser.add_argument("--moment", type=float, default=0.2, help="seconds before a receipt; a reply takes five")
    parser.add_argument("--hold", type=float, default=90.0, help="seconds before numbers on 060 are answered")
    parser.add_argument("--slow", type=float, default=3.0, help="seconds before any answer in mode slow")
    parser.add_argument("--mode", choices=get_args(Mode), default="normal", help="how it begins")
    parser.add_argument("--no-echo", action="store_true", help="receipts do not give our sms_id back")
    asked = parser.parse_args()
    if os.environ.get("BIFANG_ENVIRONMENT") == "production":
        parser.error("BIFANG_ENVIRONMENT is production: what it takes reaches nobody 模拟运营商不得用于生产")
    asyncio.run(_run(asked))


async def _run(asked: argparse.Namespace) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s carrier %(message)s")
    carrier = Carrier(
        Ledger(asked.ledger), moment=asked.moment, hold=asked.hold, slow=asked.slow, echo=not asked.no_echo
    )
    await carrier.start(asked.port, asked.host)
    await carrier.set_mode(asked.mode)
    logging.info("SMPP on %s:%d, control on %d", asked.host, asked.port, asked.control_port)
    http = uvicorn.Config(control(carrier), host=asked.host, port=asked.control_port, log_level="warning")
    await uvicorn.Server(http).serve()


if __name__ == "__main__":
    main()
