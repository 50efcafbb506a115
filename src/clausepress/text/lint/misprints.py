"""Tables of misprints and slips: a wrong form and the right one.

A case enters a table only when the wrong form has no right use in legal prose. Pairs that need
judgement (即时/及时, 做出/作出, 账户/账号, 泄漏/泄露) are left out on purpose.
"""

from __future__ import annotations

MISPRINTS_ZH: tuple[tuple[str, str], ...] = (
    (r"(?<!台风)(?<!抢滩)登陆(?!点|作战|战)", "登录"),
    (r"各中(?=问题|情形|情况|原因|方式|风险|服务|信息)", "各种"),
    (r"(?<=订立)至(?=协议|合同|条款)", "之"),
    (r"(?<=产品|服务)/及(?!/|或)", "及/或"),
    (r"理应地", "理应"),
    (r"(?<![网])网路(?=堵塞|中断|故障|服务|安全|环境|攻击)", "网络"),
    (r"(?<![a-z])IOS(?= ?(?:版|系统|客户端|设备|应用|端|平台|APP|App|和|及|、))", "iOS"),
    (r"爱护自已|自已(?=的|个)|(?<=您|我|他)自已", "自己"),
    (r"己经", "已经"),
    (r"(?<=[保公披])漏(?=您的个人信息)", "露"),
    (r"侵范|侵泛", "侵犯"),
    (r"做废", "作废"),
    (r"既使(?=您|我|因|发|存|出|不|有|没|在)", "即使"),
    (r"必需(?=遵守|承担|同意|经过|取得|按照|符合|具备|年满)", "必须"),
    (r"追朔", "追溯"),
    (r"收藉|搜藉", "收集"),
    (r"身份政(?=号|件)", "身份证"),
    (r"签定(?=协议|合同|条款|保密)", "签订"),
    (r"不可抗拒力", "不可抗力"),
    (r"详情请祥见|祥见", "详见"),
    (r"按装", "安装"),
    (r"以经(?=注册|同意|取得|获得|发生|终止|完成)", "已经"),
    (r"将全被(?=存|保|删|用|移)", "将全部被"),
    (r"但不仅限于", "但不限于"),
)
MISPRINTS_EN: tuple[tuple[str, str], ...] = (
    (r"\b(?:underlined (?:and )?in|in) bond\b(?!\s+(?:with|of|to|and))", "in bold"),
    (r"\b[Pp]lease backup\b|\bbackup (?=your|the|all)\b", "back up"),
    (r"\b[Pp]rivacy [Pp]olicty\b|\b[Pp]rivacy [Pp]oilcy\b", "privacy policy"),
    (r"\brec(?:ie)ve[ds]?\b", "receive"),
    (r"\bsep(?:er)ate(?:ly)?\b", "separate"),
    (r"\boccured\b", "occurred"),
    (r"\bthrid(?= part)", "third"),
    (r"\b(?:info(?:m)ation|inform(?:ations|aton))\b", "information"),
    (r"\bag(?:remeent|reemnt|greement)\b", "agreement"),
    (r"\b(?:pursuent|persuant) to\b", "pursuant to"),
    (r"\bforgoing\b(?= (?:clauses?|provisions?|sections?|terms?))", "foregoing"),
    (r"\bpublically\b", "publicly"),
    (r"\baccomodate\b", "accommodate"),
    (r"\bliabilty\b", "liability"),
    (r"\bbeleive[sd]?\b", "believe"),
    (r"\bwich\b", "which"),
    (r"\bteh\b", "the"),
    (r"\b[Aa]n update version\b", "an updated version"),
    (r"\bthe update (?:version|contents?)\b", "the updated …"),
    (
        r"\b(?:disclosed|collected|stored|processed|held|received) us\b",
        "… by us",
    ),
    (
        r"\bnot transfer (?:(?!to\b|together\b|along\b)\w+ ){1,5}with any\b",
        "transfer … to any",
    ),
    (
        (
            r"\bassist (?:you|us|them|users|customers) (?:recover|retrieve|get|find|solve|resolve"
            r"|complete|make|obtain|delete|restore)\b"
        ),
        "assist … to …",
    ),
    (
        (
            r"(?<!or )\b(?:with|by|on|via|from|and) other (?:website|app|product|service|party"
            r"|company|organi[sz]ation|user|country)(?=[,.;)]|\s+(?:and|or|is|has|will|may)\b)"
        ),
        "other …s",
    ),
)
GRAMMAR_EN: tuple[tuple[str, str], ...] = (
    (
        (
            r"\b(?:shall|will|must|can|may|should|would) be (?:maintain|provide|disclose|collect"
            r"|use|share|delete|store|process)\b"
        ),
        "use the participle after “be”",
    ),
    (
        (
            r"(?<!of )\b(?:[Ss]uch|[Tt]his|[Tt]he|[Aa]ny) (?:personal )?information (?:include|are"
            r"|have)\b"
        ),
        "“information” is singular: make the verb agree",
    ),
    (
        (
            r"\b(?:shall|must|(?<!the )(?<!new )(?<!last )(?<!a )will|should|may) "
            r"(?:not |also )?(?:uses|provides|collects|applies"
            r"|includes|contains|becomes|requires|notifies|makes|takes|keeps|gives|pays|ensures"
            r"|informs|complies|deletes|processes)\b"
        ),
        "use the base form of the verb after “shall”, “must”, “will”",
    ),
    (
        r"\b(?:shall|must|will|should|may|can) (?:be have|have be)\b(?!-)",
        "one verb too many, or in the wrong form",
    ),
    (r"\binformation of minors are\b", "“information” is singular: write “is”"),
    (
        (
            r"\bThe (?:(?!of\b)[\w-]+ ){0,3}(?:technology|system|platform|service|company"
            r"|information) (?:used|provided|adopted|collected|operated) by (?:us|you)"
            r"(?: to(?: \w+){1,6})? have\b"
        ),
        "the subject is singular: write “has”",
    ),
    (
        r"\b(?:your|the|such) (?:account|company|user) (?:need|have|want) (?=to\b)",
        "the subject is singular: write “needs”, “has” or “wants”",
    ),
)
"""Pattern and what to do, where no one word is the right one."""


MISSING_ZH: tuple[tuple[str, str], ...] = (
    (r"(?<=[的、，：])人姓名", "个人姓名"),
    (r"[您你]的人信息", "您的个人信息"),
    (r"(?:若|如果|如)您\s*(?:未满)?\s*\d+\s*周?岁以下的?未成年人", "若您是…未成年人"),
    (r"行为能力(?=自然人|法人)", "行为能力的"),
    (
        r"(?:提出|提交|收到|发出)[^，。；]{0,6}(?:申请|请求|通知)的\s*\d+\s*个?(?:工作日|日|天)内",
        "…后的…内",
    ),
    (r"(?:如果|若)我们(?:这类|该类|此类)信息与", "如果我们将这类信息与"),
    (r"(?<=，)而其他[^，。；与和同向]{1,24}交换信息", "而与其他…交换信息"),
    (r"未经授权的?访问使用(?=、)", "未经授权的访问、使用、"),
    (r"尽量以[^，。；]{2,12}的(?:表述|语言|文字|方式)，(?=并)", "尽量以…的表述作出说明，"),
    (r"在(?:使用|传输|存储)(?:过程)?中(?=安全性)", "在使用中的"),
    (r"完成的(?:注册|激活|认证|开通)程序并(?![不非无未])", "完成注册程序并"),
    (
        (
            r"我们通过您(?:主动)?(?:提交|提供|填写)的(?:(?!收集|获取|识别|验证|为您|向您|联系)"
            r"[^，。；]){1,40}"
            r"(?:号码|账号|信息|邮箱|地址)，以及您(?:(?!收集|获取|识别|验证|为您|向您|联系)[^，。；]"
            r"){1,20}"
            r"(?:号码|账号|信息|密码|昵称)。"
        ),
        "我们通过…收集…",
    ),
)
DOUBLED_ZH: tuple[tuple[str, str], ...] = (
    (r"会将(?=依据|根据|依照|遵照)", "会"),
    (r"将(?:及时|立即|尽快)将", "将及时把"),
    (r"有权(?:(?!、|和|及|或|并|且)[^，。；]){0,18}有权", "有权"),
    (r"向您(?:推送|发送|提供|邮寄)[^，。；]{1,40}(?:给您)(?=[，。；])", "向您推送"),
    (r"的任何的(?=个人信息|信息)", "的任何"),
    (r"服务时而(?=提交|产生|形成)", "服务时"),
)
