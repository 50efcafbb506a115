"""Alibaba Cloud SMS: SmsUp over HTTP, an array of replies.

Format, answer and retries (after 1, 5, 10 minutes unless `code` is a number): Alibaba Cloud, Short
Message Service, "SmsUp" receipt. It signs nothing; the path is the secret.
"""

from clausepress.api.gateways.model import CHINA, Gateway, instant, json_items, raw, words
from clausepress.ledger import Inbound


class Alibaba(Gateway, frozen=True, kw_only=True):
    """Settings: the secret in the path."""

    name = "alibaba"
    answer = '{"code":0,"msg":"接收成功"}'.encode()

    def messages(self, body: bytes) -> list[Inbound]:
        """See Gateway; `send_time` is the time in China, `sequence_id` a number or text."""
        found = []
        for item in json_items(body):
            key, sender, text, sent, port = words(
                item, "sequence_id", "phone_number", "content", "send_time", "dest_code"
            )
            key = key or f"{sent}|{port}"
            found.append(Inbound(self.name, key, sender, text, raw(item), instant(sent, CHINA)))
        return found
