"""Inbound text messages in the formats of the gateways; one module for each.

A gateway is a struct: its fields are its settings, its methods know its format. All read leniently:
fields unknown are let be, and an item that cannot be read is kept for a person instead of refused.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from clausepress.api.gateways.alibaba import Alibaba
from clausepress.api.gateways.generic import Generic
from clausepress.api.gateways.huawei import Huawei
from clausepress.api.gateways.jdcloud import JdCloud
from clausepress.api.gateways.model import Call, Gateway, NotReadable
from clausepress.api.gateways.tencent import Tencent
from clausepress.api.gateways.twilio import Twilio
from clausepress.api.private import read_private

__all__ = ["Call", "Gateway", "Gateways", "NotReadable"]


class Gateways(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The gateways in use, from CLAUSEPRESS_GATEWAYS.

    Attributes:
        url: What the gateways call, up to `/v1/`, without it: https://consent.example.com. It is
            part of what Twilio and Huawei sign.
    """

    url: str = ""
    alibaba: Alibaba | None = None
    generic: Generic | None = None
    huawei: Huawei | None = None
    jdcloud: JdCloud | None = None
    tencent: Tencent | None = None
    twilio: Twilio | None = None

    def __post_init__(self) -> None:
        """Refuse a signed gateway without the URL it signs; raises ValueError."""
        signed = self.twilio or (self.huawei and self.huawei.key)
        if signed and not self.url.startswith("https://"):
            raise ValueError("Field `url` is part of what the gateway signs; give it, with https")
        if self.url.endswith("/"):
            raise ValueError("Field `url` ends without /")

    @classmethod
    def parse(cls, setting: str) -> "Gateways":
        """From JSON text, or the path of a file of mode 0600 with it; raises SetupError."""
        return read_private(setting, cls, "gateways") if setting else cls()

    def pushing(self) -> Mapping[str, Gateway]:
        """Those that call us, by the name in the path."""
        found: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: found[name] for name in found if isinstance(found[name], Gateway)}
