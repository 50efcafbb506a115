"""kill -9 of the real server under load, again and again, its first start included."""

import os
import secrets
import time

from ledger_samples import House
from load import Load, prove
from server_process import ServerProcess

from clausepress.ledger import OptOut

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "5"))


def test_kill_9_under_load(house: House) -> None:
    rounds = ROUNDS if house.url.startswith("sqlite") else (ROUNDS + 1) // 2
    with ServerProcess(house) as server, Load(server.address) as load:
        for number in range(rounds):
            if number % 5 == 0:  # on its way up
                time.sleep(secrets.randbelow(500) / 1000)
            else:
                load.more(1 + secrets.randbelow(100))
            server.kill()
        load.more(20)
    prove(house, load)
    log = server.log.read_text()
    assert log.count("Started server process") > 1
    said = {r.address if isinstance(r, OptOut) else r.subject for r in load.sent.values()}
    assert not any(name in log for name in said | set(load.sent))
    print(f"{rounds} kills, {len(load.receipts)} acknowledged, {load.broken} connections broken")
