"""A site that asks much of a policy page: two versions whose clauses moved, long titles, a table of
100 rows, terms, editions that differ, a policy in one language without dates."""

import datetime as dt
import json
from pathlib import Path

from changed_site import CONFIG, write

ON = dt.date(2026, 1, 1)
# Without what a reader's own act has moved (Layout Instability, 2.3); 0 is all that we take.
SHIFTS = """
globalThis.shifted = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => one.hadRecentInput ||
  shifted.push(`${one.value} ${one.sources.map(({node}) => node?.outerHTML?.slice(0, 80))}`)))
  .observe({type: "layout-shift", buffered: true});
"""
# What has shifted, once the last frame is told.
SHIFTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0, shifted)))"
COOKIES = {
    "clause": "consent",
    "purposes": [
        {"id": "login", "required": True, "label": {"zh": "登录", "en": "Signing in"}},
        {
            "id": "statistics",
            "required": False,
            "label": {"zh": "统计", "en": "Statistics"},
            "clears": ["_visits_of_this_browser_in_the_last_thirty_days*"],
        },
    ],
}
LONG = (
    "关于您在使用各项产品与服务的过程中我们如何收集、保存、使用、"
    "共享、转让以及公开披露与您有关的全部个人信息的详细说明与规则"
)
ROWS = "\n".join(f"| 组件{n} | 用途{n % 7} | 字段{101 - n} | 公司{n} |" for n in range(1, 101))
ROWS_EN = "\n".join(
    f"| Kit {n} | Use {n % 7} | Field {101 - n} | Company {n} |" for n in range(1, 101)
)
ZH = f"""---
title: 云盘隐私政策
---

本政策由青山有限公司（以下简称“青山公司”）发布。**<u>使用前请读完全文。</u>**

## 一、{LONG} {{#rules}}

1.1 青山公司保存您的文件 30 日。 {{#keeping}}

1.2 个人敏感信息，是指一旦泄露就可能危害您的信息。 {{#sensitive}}

1.3 我们使用下列组件： {{#kits}}

| 组件 | 用途 | 字段 | 公司 |
|---|---|---|---|
{ROWS}

## 二、责任 {{#liability}}

2.1 **<u>因您保管密码不善造成的损失，由您承担。</u>** {{#password}}

2.2 青山公司处理个人敏感信息前会征得您的同意。青山公司另行通知您。 {{#consent}}

2.3 *本条*没有英文。 {{#only-chinese}}
"""
EN = f"""---
title: Cloud Drive Privacy Policy
translates: v2 zh
---

Green Hill Ltd. (hereinafter “Green Hill”) publishes this policy. **<u>Read all of it first.</u>**

## 1. Rules on how we collect, keep, use, share and disclose personal information {{#rules}}

1.1 Green Hill keeps your files for 45 days. {{#keeping}}

1.2 “Sensitive data” means information whose leak may harm you. {{#sensitive}}

1.3 We use these components: {{#kits}}

| Component | Use | Fields | Company |
|---|---|---|---|
{ROWS_EN}

## 2. Liability {{#liability}}

2.1 You bear any loss caused by a badly kept password. {{#password}}

2.2 Before Green Hill handles sensitive data it asks for your consent. {{#consent}}
"""
BEFORE = (
    ZH.replace("{#password}", "{#old-password}")
    .replace("2.2 青山公司", "2.2 旧设备不再支持。 {#old-devices}\n\n2.3 青山公司")
    .replace("2.3 *本条*", "2.4 *本条*")
)


def write_reading_site(folder: Path, config: str = CONFIG) -> Path:
    """Write the site and return its configuration."""
    versions = {
        "v1": ({"effective_on": "2020-01-01"}, {"zh": BEFORE, "en": EN.replace("v2 zh", "v1 zh")}),
        "v2": (
            {
                "number": "202302011",
                "updated_on": "2023-02-01",
                "effective_on": "2023-03-01",
                "contacts": {"email": "privacy@example.com", "phone": "400-000-0000"},
                "summary": {"zh": [{"text": "文件保存三十日。", "clause": "keeping"}]},
            },
            {"zh": ZH, "en": EN},
        ),
    }
    facts = {"controller": {"zh": "青山有限公司", "en": "Green Hill Ltd."}}
    policy = {"id": "drive", "kind": "privacy-policy", "prevails": "zh", **facts}
    write(folder / "docs/drive/policy.yml", json.dumps(policy))
    for name, (stated, texts) in versions.items():
        write(folder / f"docs/drive/{name}/version.yml", json.dumps({"id": name, **stated}))
        for lang, text in texts.items():
            write(folder / f"docs/drive/{name}/{lang}.md", text)
    notice = {"id": "notice", "kind": "notice", "prevails": "zh"}
    write(folder / "docs/notice/policy.yml", json.dumps(notice))
    write(folder / "docs/notice/only/version.yml", json.dumps({"id": "only", "order": 1}))
    write(folder / "docs/notice/only/zh.md", "---\ntitle: 注销须知\n---\n\n1. 注销不可撤回。\n")
    write(folder / "mkdocs.yml", config)
    return folder / "mkdocs.yml"


def write_wide_site(folder: Path) -> Path:
    """Write a site with pages of every kind: cookies, relations, versions too far to compare."""
    config = write_reading_site(folder)
    path = folder / "docs/drive/policy.yml"
    facts = json.loads(path.read_text("utf-8")) | {
        "cookies": COOKIES,
        "sms": {"clause": "consent", "keyword": "TDdrive"},
        "relations": [{"prevails_over": "terms", "clause": "2.2", "stated_in": "drive"}],
    }
    write(path, json.dumps(facts))
    write(
        folder / "docs/terms/policy.yml",
        '{"id": "terms", "kind": "service-terms", "prevails": "zh"}',
    )
    for year in range(2000, 2013):
        version = {"id": f"v{year}", "effective_on": f"{year}-01-01"}
        write(folder / f"docs/terms/v{year}/version.yml", json.dumps(version))
        for lang, text in {"zh": "费用为 {} 元。", "en": "The fee is {} yuan."}.items():
            body = f"---\ntitle: {lang}\n---\n\n1. {text.format(year)}\n"
            write(folder / f"docs/terms/v{year}/{lang}.md", body)
    return config
