"""Several servers on one store, all under load: one log, and each gets its turns."""

import secrets
from contextlib import ExitStack

from ledger_samples import House
from load import Load, prove
from server_process import ServerProcess

SERVERS = 4
RECORDS = 400
ROUNDS = 3


def test_servers_share_the_work(house: House) -> None:
    """Nothing is refused, nobody waits for ever, a retry may go to another server."""
    with ExitStack() as running:
        servers = [running.enter_context(ServerProcess(house)) for _ in range(SERVERS)]
        with Load(*(server.address for server in servers)) as load:
            load.more(RECORDS)
    prove(house, load)
    assert set(load.statuses) == {200, 201}
    assert load.broken == 0
    assert min(load.shares.values()) * SERVERS * 4 > load.shares.total()  # a quarter of its part
    print(f"{dict(load.statuses)}, {sorted(load.shares.values())}, slowest {load.slowest:.2f} s")


def test_one_of_them_is_killed_again_and_again(house: House) -> None:
    """kill -9 at any moment, that of holding the head too: the others go on."""
    with ExitStack() as running:
        servers = [running.enter_context(ServerProcess(house)) for _ in range(SERVERS - 1)]
        with Load(*(server.address for server in servers)) as load:
            for _ in range(ROUNDS):
                load.more(20 + secrets.randbelow(50))
                secrets.choice(servers).kill()
            load.more(20)
    prove(house, load)
    assert set(load.statuses) == {200, 201}
