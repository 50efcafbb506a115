"""Tencent Cloud SMS: reply callback, one JSON object a call.

Format and answer: Tencent Cloud, SMS, "SMS Reply Notification". It signs nothing and gives no id.
"""

from clausepress.api.gateways.model import CHINA, Gateway, instant, json_items, raw, words
from clausepress.ledger import Inbound


class Tencent(Gateway, frozen=True, kw_only=True):
    """Settings: the secret in the path."""

    name = "tencent"
    answer = b'{"result":0,"errmsg":"OK"}'

    def messages(self, body: bytes) -> list[Inbound]:
        """See Gateway; `time` is in Unix seconds, `mobile` a national number of `nationcode`."""
        found = []
        for item in json_items(body):
            nation, mobile, text, sent, extend = words(
                item, "nationcode", "mobile", "text", "time", "extend"
            )
            sender = f"+{nation}{mobile}" if nation.isdecimal() and mobile.isdecimal() else mobile
            key = f"{sent}|{extend}"
            found.append(Inbound(self.name, key, sender, text, raw(item), instant(sent, CHINA)))
        return found
