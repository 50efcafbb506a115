"""Account tokens: made as the documents tell hosts to, and by anyone else in vain."""

import base64
import json
import textwrap
from typing import Any

import account_samples
import pytest
from account_samples import HOST, KEY, packed
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import House, choice, new_key

from clausepress.ledger import Ledger, Refused, tokens
from clausepress.ledger.errors import AccountTokenExpired, AccountTokenInvalid
from clausepress.ledger.tokens import AccountKeys

OTHER = b"o" * 32
NOW = 1_800_000_000_000
LI, HAN = "l" * 22, "h" * 22


def signed(key: bytes = KEY, **claims: Any) -> str:
    """A token for Li's account, with changed claims."""
    named = {"account": "acc-1", "subject": LI, "expires": NOW // 1000 + 60}
    for claim, name in (("sub", "account"), ("subject", "subject"), ("exp", "expires")):
        if claim in claims:
            named[name] = claims.pop(claim)
    return account_samples.signed(**named, key=key, **claims)


def test_the_snippet_for_hosts_works() -> None:
    """It stands in the module's documentation, and is run as it stands there."""
    code = str(tokens.__doc__).split("\n\n", 2)[2].rsplit("\n\n", 1)[0]
    names: dict[str, Any] = {}
    exec(textwrap.dedent(code), names)  # noqa: S102 - our own documentation
    token = names["account_token"](KEY, "acc-1", LI)
    now = names["time"].time() * 1000
    assert AccountKeys([KEY]).read(token, LI, int(now)) == ("acc-1", None)


@pytest.mark.parametrize("keys", [[KEY], [OTHER, KEY], [KEY, OTHER]])
@pytest.mark.parametrize("aud", ["clausepress", ["shop", "clausepress"]])
def test_an_authentic_token(keys: list[bytes], aud: Any) -> None:
    found = AccountKeys(keys).read(signed(aud=aud, iat=1, iss="shop"), LI, NOW)
    assert found == ("acc-1", None)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (signed(OTHER), "HS256"),
        (signed(header={"alg": "none"}), "HS256"),
        (signed(header={"alg": "HS512"}), "HS256"),
        (signed(aud="shop"), "aud"),
        (signed(subject=HAN), "another subject"),
        (signed(subject=""), "another subject"),
        (signed(exp=NOW // 1000 + 90_000), "more than a day"),
        (signed(exp=1e400), "aud, sub, subject and exp"),
        (signed(exp="soon"), "aud, sub, subject and exp"),
        (signed(sub="li.lei@example.com"), "aud, sub, subject and exp"),
        (signed(sub=""), "aud, sub, subject and exp"),
        (signed()[:-1], "HS256"),
        (signed().rpartition(".")[0] + ".", "HS256"),
        ("", "HS256"),
        ("..", "HS256"),
        ("é.é.é", "HS256"),
    ],
)
def test_what_the_host_did_not_vouch_for(token: str, told: str) -> None:
    with pytest.raises(AccountTokenInvalid, match=told) as caught:
        AccountKeys([KEY]).read(token, LI, NOW)
    assert caught.value.field == "account_token"
    assert "acc-1" not in str(caught.value)


def test_an_expired_token_still_tells_the_account() -> None:
    account, refusal = AccountKeys([KEY]).read(signed(exp=NOW // 1000), LI, NOW)
    assert (account, type(refusal)) == ("acc-1", AccountTokenExpired)


def test_without_keys_there_are_no_accounts() -> None:
    with pytest.raises(AccountTokenInvalid, match="CLAUSEPRESS_ACCOUNT_KEYS"):
        AccountKeys().read(signed(), LI, NOW)


@given(st.integers(0, 400), st.integers(1, 255))
def test_no_changed_octet_passes(place: int, flip: int) -> None:
    """The last character of a part may hold unused bits; the octets it stands for may not move."""
    whole = signed()
    parts = whole.split(".")
    octets = [bytearray(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4))) for p in parts]
    which = octets[place % 3]
    which[place % len(which)] ^= flip
    with pytest.raises(AccountTokenInvalid):
        AccountKeys([KEY]).read(".".join(packed(bytes(each)) for each in octets), LI, NOW)


@given(st.text(max_size=60))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(AccountTokenInvalid):
        AccountKeys([KEY]).read(text, LI, NOW)


def test_a_choice_comes_again_with_another_token(house: House) -> None:
    """Same account, same content: the same receipt, even after the first token expired."""
    clock = [NOW]
    ledger = house.open(clock=lambda: clock[0], accounts=HOST)
    key = new_key()
    first = ledger.choose(choice(subject=LI, account_token=signed()), key).result()
    again = ledger.choose(choice(subject=LI, account_token=signed(iat=5)), key).result()
    clock[0] += 3_600_000
    late = ledger.choose(choice(subject=LI, account_token=signed()), key).result()
    assert first.receipt == again.receipt == late.receipt
    assert (first.created, again.created, late.created) == (True, False, False)
    for other in (None, signed(sub="acc-2", exp=clock[0] // 1000 + 60)):
        token = {} if other is None else {"account_token": other}
        with pytest.raises(Refused, match="used for other content"):
            ledger.choose(choice(subject=LI, **token), key).result()
    ledger.close()


@pytest.mark.parametrize("token", [signed(OTHER), signed(subject=HAN), signed(exp=NOW // 1000)])
def test_nothing_is_recorded_under_a_token_that_does_not_count(house: House, token: str) -> None:
    ledger = house.open(clock=lambda: NOW, accounts=HOST)
    with pytest.raises(AccountTokenInvalid):
        ledger.choose(choice(subject=LI, account_token=token), new_key()).result()
    assert ledger.size() == 0
    ledger.close()


def test_the_token_itself_is_kept_nowhere(sqlite_house: House) -> None:
    ledger: Ledger = sqlite_house.open(clock=lambda: NOW, accounts=HOST)
    token = signed()
    ledger.choose(choice(subject=LI, account_token=token), new_key()).result()
    (record,) = ledger.export("account", "acc-1").records
    assert (record.record["account"], record.record["subject"]) == ("acc-1", LI)
    kept = [record.receipt.to_json(), json.dumps(record.record).encode()]
    kept += [path.read_bytes() for path in sqlite_house.path.glob("ledger.db*")]
    for secret in (token.encode(), token.rpartition(".")[2].encode()):
        assert not any(secret in each for each in kept)
    ledger.close()
