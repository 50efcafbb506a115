"""Phrases that look like faults and are none."""

from pathlib import Path

import pytest
from lint_samples import framed, opened

from clausepress.text.lint.run import check_text

ZH = [
    "本政策受其声明目的的约束，双方均不对对方的间接损失负责。",
    "您可以以此方式联系我们，也可以为了了解进展而致电。",
    "成为会员后，您的权益将在会员中心展示；是否开通由您决定。",
    "我们依照《信息技术 词汇 第一部分》（GB/T 5271-2020）第5.4条处理信息。",
    "依据《中华人民共和国民法典》第四百九十六条，我们以加粗方式提示您。",
    "您可以访问 https://example.cn/help?id=3, 或者致电 400-000-0000。",
    "请在 10:00 至 18:00 之间联系我们（法定节假日除外）。",
    "服务可用性为 99.95%，每月不可用时间不超过 21.6 分钟。",
    "我们采用 AES-256 加密（传输层使用 TLS 1.2 及以上版本）。",
    "台风登陆造成的中断属于不可抗力。",
    "《用户服务协议》和《隐私政策》共同构成完整协议。",
    "您可以通过“设置 > 隐私 > 权限”关闭定位。",
    "本条款所称关联方，是指控制、受控制或者共同受控制的公司。",
    "委员会由三名委员组成，委员会会议每季度召开一次。",
    "如您不同意变更后的内容，您应立即停止使用；如您继续使用，视为接受变更。",
    "未经您同意，我们不会向第三方提供您的个人信息，法律另有规定的除外。",
    "用户A与用户B（以下合称“双方”）均受本协议约束。",
    "价格：每月 10 元（含税）；超出部分按 0.5 元/GB 计费。",
    "我们会将您的信息去标识化，并将及时告知您处理结果。",
    "本公司有权了解情况，也有权要求您补充材料。",
    "自您提出申请之日起 15 个工作日内，我们完成审核。",
    "未满14周岁的未成年人应当在监护人陪同下阅读本政策。",
    "儿童的监护人可以要求我们更正，我们对其个人信息的保护不因此减弱。",
    "iOS 版和 Android 版的权限说明见应用内；IOS-XE 设备不受支持。",
]
EN = [
    "You agree that that use had had no effect on others.",
    "See Article 6(1)(a) GDPR and Section 230 of the Communications Decency Act.",
    "We keep logs for 30 days, e.g. IP addresses (see RFC 791).",
    "The kinds of information are listed in your account; use is governed by law.",
    'The term "Services" includes APIs, apps, etc.',
    "We may transfer data to the U.S. Our lawyers checked this.",
    "The backup of your data is kept for 7 days.",
    "Under Clause 5 of Regulation (EU) 2016/679 you may object.",
    "If you are in the EU, the A-level plan applies; if not, plan B.",
    "Bonds are held in bond with the customs office.",
    "This Agreement and the Order form the whole contract between us.",
]


@pytest.mark.parametrize(("phrase", "lang"), [*((p, "zh") for p in ZH), *((p, "en") for p in EN)])
def test_a_right_phrase_prints_nothing(phrase: str, lang: str, tmp_path: Path) -> None:
    chapter = "一、范围\n\n1.1 " if lang == "zh" else "1. Scope\n\n1.1 "
    assert check_text(opened(tmp_path, framed(chapter + phrase, lang), lang)) == []
