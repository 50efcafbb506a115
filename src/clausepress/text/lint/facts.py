"""Facts a text should state: number, dates, contacts; and sensitive data it forgets to list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.errors import SourceError
from clausepress.files import read_text
from clausepress.text.lint.dates import EFFECTIVE, SIGNED, UPDATED, find_date
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import Piece, View
from clausepress.text.yaml import load_yaml

_NUMBER = {
    "zh": re.compile(r"(?:(?:版号|版本号?|编号)\s*[：:]|(?:^|\s)版本\s(?=\s*[Vv]?\d))\s*([\w.-]+)"),
    "en": re.compile(
        r"(?i:(?:version|document|doc\.)(?: number| no\.?)?"
        r"|(?:agreement|contract|policy|form|reference|ref\.?)(?: number| no\.?|:)"
        r"|\b(?:form|ref\.?))[: ]\s*([\w.-]*\d[\w.-]*)"
    ),
}
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|\b(?:\d{3,4}-){1,2}\d{3,8}\b|\+\d[\d -]{7,}|\b1\d{10}\b"
)


def _stated(view: View) -> dict[str, str]:
    """What the version file beside a source states, empty for other files and without one."""
    path = view.path.parent / "version.yml"
    if not view.source.is_source or not path.is_file():
        return {}
    try:
        data = load_yaml(read_text(path), path).data
    except SourceError:
        return {}  # the build names that fault; here it only means that nothing is stated
    return {name: str(value) for name, value in data.items() if value}


def _text(view: View) -> str:
    return "\n".join([view.source.edition.title, *(piece.text for piece in view.pieces)])


def _whole(view: View, message: str, *, fix: str = "") -> Hit:
    return Hit(1, None, message, view.source.edition.title, fix)


@rule(
    "number-missing",
    Severity.NOTE,
    "No document number is stated, in the text or in its version file.",
    fix="print the document number, or state `number` in version.yml",
    example=Example(
        "zh",
        "示例云隐私政策\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8日\n\n一、范围\n\n1.1 联"
        "系邮箱：a@example.cn。",
        "示例云隐私政策\n\n文档版号：202601011\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8"
        "日\n\n一、范围\n\n"
        "1.1 联系邮箱：a@example.cn。",
        whole=True,
    ),
)
def number_missing(view: View) -> Iterator[Hit]:
    """Look for a number."""
    pattern = _NUMBER["zh" if view.is_zh else "en"]
    if "number" not in _stated(view) and not pattern.search(_text(view)):
        fix = "print 文档版号, or state `number` in version.yml" if view.is_zh else ""
        yield _whole(view, "no document number", fix=fix)


@rule(
    "number-shape",
    Severity.NOTE,
    "A document number that reads like a date with its first digit lost.",
    fix="compare the number with the register of documents",
    example=Example(
        "zh",
        "示例云隐私政策\n\n文档版号：026010120\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8"
        "日\n\n一、范围\n\n"
        "1.1 联系邮箱：a@example.cn。",
        "示例云隐私政策\n\n文档版号：2026010120\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8"
        "日\n\n一、范围\n\n"
        "1.1 联系邮箱：a@example.cn。",
        whole=True,
    ),
)
def number_shape(view: View) -> Iterator[Hit]:
    """Find 0YYMMDD… where 20YYMMDD… would be a date."""
    pattern = _NUMBER["zh" if view.is_zh else "en"]
    for piece in view.running():
        found = pattern.search(piece.text)
        if found and re.fullmatch(
            r"0[12]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{1,2}", found.group(1)
        ):
            yield at_piece(
                view, piece, found.start(1), f"{found.group(1)} may be 2{found.group(1)}"
            )
            return


@rule(
    "date-missing",
    Severity.NOTE,
    "The date of the last update or of effect is not stated.",
    fix="print both dates, or state `updated_on` and `effective_on` in version.yml",
    example=Example(
        "zh",
        "示例云隐私政策\n\n文档版号：202601011\n\n更新日期：2026年1月1日\n\n一、范围\n\n1.1 联系"
        "邮箱：a@example.cn。",
        "示例云隐私政策\n\n文档版号：202601011\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8"
        "日\n\n一、范围\n\n"
        "1.1 联系邮箱：a@example.cn。",
        whole=True,
    ),
)
def date_missing(view: View) -> Iterator[Hit]:
    """Look for both dates; a contract has the day of its signing instead."""
    if find_date(view, SIGNED):
        return
    stated = _stated(view)
    missing = [
        name
        for name, key, patterns in (
            ("date of update", "updated_on", UPDATED),
            ("date of effect", "effective_on", EFFECTIVE),
        )
        if key not in stated and not find_date(view, patterns)
    ]
    if missing:
        printed = "print 更新日期 and 生效日期"
        fix = f"{printed}, or state `updated_on` and `effective_on` in version.yml"
        said = f"no {' and no '.join(missing)}"
        yield _whole(view, said, fix=fix if view.is_zh else "")


@rule(
    "contact-missing",
    Severity.NOTE,
    "No e-mail address and no telephone number is stated, or one is left blank after its label.",
    fix="print a contact, or state `contacts` in version.yml",
    example=Example(
        "zh",
        "示例云隐私政策\n\n文档版号：202601011\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8"
        "日\n\n一、范围\n\n"
        "1.1 本政策适用于网站。",
        "示例云隐私政策\n\n文档版号：202601011\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8"
        "日\n\n一、范围\n\n"
        "1.1 本政策适用于网站。联系邮箱：a@example.cn。",
        whole=True,
    ),
)
def contact_missing(view: View) -> Iterator[Hit]:
    """Look for a contact."""
    if "contacts" not in _stated(view) and not _CONTACT.search(_text(view)):
        yield _whole(view, "no e-mail address and no telephone number")
    for piece in view.running() if view.is_zh else ():
        for found in _BLANK_CONTACT.finditer(piece.text):
            yield at_piece(view, piece, found.start(), "nothing stands here", fix="print it")


# the blanks of a form to be signed end their line
_BLANK_CONTACT = re.compile(
    r"(?:电话|热线|邮箱|传真)[：:]\s*(?=[，。；]|（(?:服务|工作|客服)?(?:时间|日))"
)


# Kinds of PIPL art. 28 and GB/T 35273-2020 annex B: the words of a text, the words of a list.
_SENSITIVE_ZH = (
    (
        "face",
        r"面部(?:信息|特征|图像|识别)|人脸(?:信息|图像|特征|照片|识别)",
        r"面部|人脸|生物识别|生物特征",
    ),
    (
        "fingerprint",
        r"(?<!设备)(?<!浏览器)(?<!证书)(?<!密钥)(?<!文件)指纹(?=信息|特征|数据|图像|[、，；。）]|$)",
        r"指纹|生物识别|生物特征",
    ),
    ("voiceprint", r"声纹", r"声纹|生物识别|生物特征"),
    ("iris or palm", r"虹膜|掌纹", r"虹膜|掌纹|生物识别|生物特征"),
    ("identity documents", r"身份证|护照|军官证", r"证件|身份证|身份信息|护照|特定身份"),
    ("bank accounts", r"银行(?:账[号户]|卡号|卡信息)", r"银行|财产|金融|支付"),
    ("precise location", r"GPS|精[准确]定位|行踪轨迹|精[准确]位置", r"定位|位置|行踪|轨迹"),
    ("health data", r"健康(?:信息|状况|数据)|病历|诊断", r"健康|医疗|病"),
)
_SENSITIVE_EN = (
    (
        "face",
        r"\b(?:facial (?:data|image|recognition|feature)|face (?:data|image|scan))",
        r"biometric|\bface\b|facial",
    ),
    (
        "fingerprint",
        (
            r"(?<!browser )(?<!device )(?<!key )(?<!certificate )\bfingerprints?\b"
            r"(?! (?:un)?(?:lock|log|read|sens|scan|auth|pay|hash))"
        ),
        r"biometric|fingerprint",
    ),
    ("voice or iris", r"\bvoice ?prints?\b|\biris scan", r"biometric|voice|iris"),
    (
        "identity documents",
        r"\b(?:identity|ID) card|passport",
        r"identity|ID card|passport|government",
    ),
    ("bank accounts", r"\bbank account|\bbank card", r"bank|property|financ|payment"),
    (
        "precise location",
        r"\bGPS\b|precise location|geolocation",
        r"location|track|whereabouts|GPS",
    ),
    ("health data", r"\bhealth (?:data|information|condition)|medical record", r"health|medical"),
)
_LIST_ZH = re.compile(r"(?:个人敏感信息|敏感个人信息)[^。；]{0,12}(?:包括|有|为|是)\s*[：:]?(?!指)")
_LIST_EN = re.compile(
    r"(?:sensitive personal (?:information|data)|personal sensitive (?:information|data))"
    r"[^.;]{0,50}?\b(?:includes?|is|are|comprises?)\s*:",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"不(?:会)?(?:收集|处理|存储|涉及)|(?:do|will) not (?:collect|process|store)", re.IGNORECASE
)


@rule(
    "sensitive-missing",
    Severity.WARNING,
    "Sensitive data named in a clause or table and missing from the list of sensitive information.",
    fix="add it to the list of sensitive personal information, or do not collect it",
    example=Example(
        "zh",
        "一、范围\n\n个人敏感信息包括：交易记录；身份证；手机号码。\n\n二、共享\n\n情形如下：\n\n"
        "| 场景 | 字段 |\n|---|---|\n| 扫脸实名 | 面部信息、姓名 |",
        "一、范围\n\n个人敏感信息包括：交易记录；身份证；手机号码；面部信息。\n\n二、共享\n\n情形"
        "如下：\n\n"
        "| 场景 | 字段 |\n|---|---|\n| 扫脸实名 | 面部信息、姓名 |",
    ),
)
def sensitive_missing(view: View) -> Iterator[Hit]:
    """Compare the kinds of sensitive data named anywhere with those the list covers."""
    found = _sensitive_list(view)
    if not found:
        return
    listed, members = found
    for kind, named, covered in _SENSITIVE_ZH if view.is_zh else _SENSITIVE_EN:
        if re.search(covered, listed, re.IGNORECASE):
            continue
        pattern = re.compile(named, re.IGNORECASE)
        for piece in view.pieces:
            place = None if piece.index in members else pattern.search(piece.text)
            if place and not _NEGATED.search(piece.text):
                yield at_piece(
                    view,
                    piece,
                    place.start(),
                    f"“{place.group()}” ({kind}) is not in the list of sensitive information",
                )
                break


def _sensitive_list(view: View) -> tuple[str, set[int]] | None:
    """The words of the list, and the pieces it stands in."""
    pattern = _LIST_ZH if view.is_zh else _LIST_EN
    for piece in view.running():
        found = pattern.search(piece.text)
        if not found:
            continue
        listed = piece.text[found.end() :]
        members = {piece.index}
        if len(listed) < 8:
            for each in _below(piece):
                listed += each.text
                members.add(each.index)
        return (listed, members) if listed else None
    return None


def _below(piece: Piece) -> list[Piece]:
    if not piece.node:
        return []
    below = [each for node in piece.node.walk() for each in node.pieces]
    return [each for each in below if each.index > piece.index]
