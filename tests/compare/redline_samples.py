"""A made-up policy, and ways to change it."""

from pathlib import Path

from clausepress.compare.model import FOLDED, Hunk, Redline
from clausepress.compare.redline import redline
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

TEXT = """\
本协议由您与青山公司签订。

一、适用范围

1.1 青山公司向您提供数据托管服务，包括存储、备份和恢复。

1.2 您应当按照本协议第 3.1 条支付费用，逾期超过 30 日的，青山公司可以暂停服务。

1.3 **本条所称费用不含税款，税款由您自行承担。**

二、数据与安全

2.1 青山公司对您的数据加密保存，密钥每 90 日更换一次。

2.2 您可以随时导出数据，导出格式为 CSV 或者 JSON：

（1）导出申请在 3 个工作日内处理；

（2）超过 10 GB 的导出另行商定。

2.3 我们与下列单位共享必要的数据：

| 单位 | 用途 | 数据 |
|---|---|---|
| 甲地短信公司 | 发送通知 | 手机号码 |
| 乙地核验公司 | 实名核验 | 姓名、证件号码 |
| 丙地物流公司 | 寄送发票 | 姓名、地址 |

三、费用与终止

3.1 费用按月结算，每月 5 日之前出具账单。

3.2 任何一方可以提前 15 日书面通知对方终止本协议。

3.3 终止之后，青山公司在 7 日内删除您的全部数据。
"""


def edition(text: str = TEXT, lang: str = "zh") -> Edition:
    """Parse a text."""
    source = f"---\ntitle: 数据托管协议\n---\n\n{text}"
    return parse_source(source, lang=lang, path=Path("sample.md")).edition


def changed(*swaps: tuple[str, str], text: str = TEXT) -> Edition:
    """Parse the sample with passages replaced, each of which must be in it."""
    for before, after in swaps:
        assert before in text
        text = text.replace(before, after)
    return edition(text)


def compare(*swaps: tuple[str, str]) -> Redline:
    """Redline of the sample and its changed form."""
    return redline(edition(), changed(*swaps))


def short(hunk: Hunk) -> tuple[str, str, str]:
    """Class, old and new text."""
    return (
        hunk.kind,
        hunk.old.text if hunk.old else "",
        hunk.new.text if hunk.new else "",
    )


def shown(found: Redline) -> list[tuple[str, str, str]]:
    """What a reader sees, in short."""
    return [short(hunk) for hunk in found.hunks if hunk.kind not in FOLDED]
