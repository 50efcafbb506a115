"""Words that decide a rule, by meaning, and names of personal data, by kind; Chinese and English.

Patterns of regular expressions without groups, case set aside. Where two match at one place, the
first one counts.
"""

from __future__ import annotations

from collections.abc import Mapping

LOOKALIKES = (
    r"不仅|不但|不断|不同|不便|不论|无论|无线|无障碍|非常|非法|未来|[是能可]否|应(?:用|急|答)"
    r"|[响相对适供反效]应|须知|需求|[许认]可|可(?:见|靠|视|信|疑|控|持续)|只要"
    r"|\bnot\s+only\b|\bmay(?=\s+\d)|(?<=\bwe )shall\b"
    r"|所有[权者人]|[本各该]部分|第.{1,3}部分|部分：|[安完]全部|广告法"
)
"""What only looks like a word below, and is passed over."""

_CHINA = (
    r"(?:\s+of)?(?:\s+the)?(?:\s+(?:territory|borders?)\s+of)?(?:\s+the)?(?:\s+mainland)?(?:\s+of)?"
    r"(?:\s+the)?\s+(?:China|PRC|People['’]s\s+Republic)"
)
MEANINGS: Mapping[str, str] = {
    "forbidden": r"不得|不可以?|不应当?|禁止|严禁|不准|不许",
    "necessary": r"必需|必要|\bnecessary\b",
    "limit": r"除非|除外|以外|之外|仅|只|\bonly\b|\bsolely\b|\bunless\b|\bexcept\b",
    "possible": r"可能|能够|可以?|\b(?:(?:may|might|could)\b|can(?=not\b|\b))|\bpossibl[ey]\b",
    "obliged": r"必须|应当?|须|需要?|\b(?:must|shall|should|need(?:s|ed)?|obliged|required)\b"
    r"|\bha(?:ve|s)\s+to\b",
    "entitled": r"有权|\bentitled\b|\bright\s+to\b",
    "not": r"没有|不|未|无|非|勿|拒绝|\b(?:not|no|never|nor|neither|none|without|refuse)\b|n['’]t\b"
    r"|(?<=\bcan)not\b",
    "separate": r"单独(?=.{0,4}同意)|\bseparate(?=\s+consent)",
    "written": r"书面(?=.{0,4}同意)|\bwritten(?=\s+(?:consent|permission))",
    "prior": r"事先(?=.{0,6}同意)|\bprior(?=\s+(?:\w+\s+)?(?:consent|permission))",
    "express": r"明[示确](?=.{0,4}同意)|\b(?:express|explicit)(?=\s+(?:consent|permission))",
    "consent": r"同意|授权|\bconsents?\b|\bpermission\b|\bauthori[sz]",
    "default": r"默认|\bby\s+default\b",
    "any time": r"随时|\bat\s+any\s+time\b|\banytime\b",
    "all": r"所有|全部|一切",
    "part": r"部分|某些|若干|\bsome\b|\bpartly\b",
    "abroad": r"[境国海]外|出境|跨境|\babroad\b|\boverseas\b|\bcross-border\b|\boutside" + _CHINA,
    "in China": r"[境国]内|\b(?:with)?in" + _CHINA,
    "delete": r"删除|清除|销毁|\bdelet\w*|\beras\w*|\bdestroy\w*",
    "anonymise": r"匿名化?|\banonymi[sz]\w*",
    "archive": r"封存|归档|\barchiv\w+",
    "affiliate": r"关联(?:方|公司|企业)|\baffiliat\w*",
    "marketing": r"广告|营销|推广|\badverti[sz]\w*|\bmarketing\b|\bpromotion(?:s|al)?\b",
}
"""Name of a meaning to the words that have it."""

# Kinds of GB/T 35273-2020, annexes A and B.
DATA: Mapping[str, str] = {
    "birth": r"生日|出生(?:日期|年月)|\b(?:birthday|date\s+of\s+birth)",
    "sex": r"性别|\bgender\b|\bsex\b",
    "origin": r"民族|国籍|\bnationality\b|\bethnic\w*",
    "family": r"家庭关系|婚姻|婚史|\bmarital\b|\bfamily\s+(?:relations?|members?)",
    "home": r"住址|(?:居住|家庭|收货|住宅)地址"
    r"|\b(?:home|postal|delivery|residential)\s+address(?:es)?",
    "telephone": r"手机号码?|电话号码|\b(?:mobile|telephone|phone)\s+numbers?",
    "identity": r"身份证|护照|驾驶证|社保卡|居住证|军官证|\bidentity\s+cards?|\bpassports?\b"
    r"|\bdriv(?:ing|er['’]?s)\s+licen[cs]e",
    "biometric": r"面容|人脸|面部|指纹|声纹|掌纹|虹膜|基因|\b(?:your|their)\s+faces?\b|\bfacial\b"
    r"|\bfingerprints?|\bbiometric\w*"
    r"|\bvoice\s*prints?|\biris\b|\bgenetic\b",
    "health": r"健康|病历|病症|病史|\bhealth\b|\bmedical\s+(?:records?|history)",
    "work": r"职业|职位|工作单位|学历|教育经历|工作经历|\boccupation\b|\bemployer\b",
    "belief": r"宗教信仰|性取向|\breligio\w+|\bsexual\s+orientation",
    "crime": r"犯罪记录|\bcriminal\s+records?",
    "bank": r"银行(?:账[户号]|卡)|存款|\bbank\s+(?:accounts?|cards?)",
    "credit": r"征信|信贷|\bcredit\s+(?:records?|reports?|history)",
    "trade": r"(?:交易|消费)记录|\b(?:transaction|purchase)\s+(?:records?|history)",
    "account": r"账号",
    "password": r"密码|口令|\bpasswords?\b",
    "network address": r"IP\s*地址|\bIP\s+address(?:es)?",
    "contacts": r"通讯录|联系人|好友列表|\bcontacts?\s+list|\baddress\s+book",
    "calls": r"通话记录|通信记录|\bcall\s+(?:logs?|records?)",
    "messages": r"短信内容|聊天记录|\bchat\s+(?:logs?|history|records?)",
    "clipboard": r"剪贴板|剪切板|\bclipboard\b",
    "pictures": r"相册|照片|相片|摄像头|相机|\bphotos?\b|\bcamera\b",
    "sound": r"麦克风|录音|\bmicrophone\b",
    "browsing": r"浏览记录|搜索记录|点击记录|\bbrowsing\s+(?:history|records?)|\bsearch\s+history",
    "device": r"设备(?:唯一)?标识|设备号|序列号|IMEI|MAC\s*地址|\bdevice\s+(?:identifiers?|IDs?)\b",
    "place": r"位置|定位|行踪|轨迹|经纬度|住宿|\blocations?\b|\bwhereabouts\b",
}
"""Name of a kind of personal data to the words that name it."""
