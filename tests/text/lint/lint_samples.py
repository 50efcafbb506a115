"""A frame for short examples, and the invented policies of `clean/`, none with a fault."""

from pathlib import Path

from clausepress.text.sources import TextSource, open_source

CLEAN = sorted((Path(__file__).parent / "clean").glob("*.txt"))
"""Invented policies of several styles; the name of each file ends in its language."""

HEADS = {
    "zh": """示例云平台协议

文档版号：202601011

更新日期：2026 年 1 月 1 日

生效日期：2026 年 1 月 8 日
""",
    "en": """Example Cloud Agreement

Version number: 202601011

Updated on: 1 January 2026

Effective on: 8 January 2026
""",
}
TAILS = {"zh": "联系邮箱：contact@example.cn。", "en": "Please write to contact@example.com."}


def framed(body: str, lang: str) -> str:
    """Put a short example into a text that states number, dates and a contact."""
    return f"{HEADS[lang]}\n{body}\n\n{TAILS[lang]}\n"


def opened(folder: Path, text: str, lang: str, name: str = "text") -> TextSource:
    """Write a text into a folder and read it as `clausepress check` does."""
    path = folder / f"{name}.{lang}.txt"
    path.write_text(text, encoding="utf-8")
    return open_source(path, folder / "docs")
