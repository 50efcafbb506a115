"""Thirty queries and what is to be found, clause by clause, in four real policies.

Wanted are the clauses that hold the word, looked up by an exact search of the text, or, for a
question or a clause number, the clauses that answer it, read by eye. A clause is named by policy
and number: ``privacy#c7-5-2`` is clause 7.5 (2), ``ch8`` chapter eight, ``part-12-1-r2`` the second
item 1 of the annex.
"""

_PRIVACY, _AGREEMENT, _TERMS = "privacy#", "agreement#", "terms#"


def _in(policy: str, *clauses: str) -> tuple[str, ...]:
    return tuple(policy + clause for clause in clauses)


QUERIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # Words, in Chinese and in Latin letters among Chinese.
    (
        "zh",
        "短信",
        (
            *_in(_PRIVACY, "c7-5-2", "c9-2"),
            *_in(_AGREEMENT, "c2-2-3", "c3-2", "c3-3", "c3-9-1", "c5-4-7", "c6-7-2", "c11-1"),
            *_in(_TERMS, "c13-3"),
        ),
    ),
    ("zh", "撤回", (*_in(_PRIVACY, "ch7", "c7-3-4", "c7-4"), *_in(_AGREEMENT, "c3-1"))),
    (
        "zh",
        "投诉",
        (
            *_in(_PRIVACY, "c9-2-5", "c10-3", "part-12-1-r2-4", "part-12-4"),
            *_in(_AGREEMENT, "c5-4-6"),
            *_in(_TERMS, "ch9"),
        ),
    ),
    ("zh", "Cookies", (*_in(_PRIVACY, "c4-3", "c4-3-1", "c4-3-2", "c4-3-3"), "agreement#c6-7-2")),
    ("zh", "SDK", _in(_PRIVACY, "c5-1-4")),
    (
        "zh",
        "未成年人",
        (
            *_in(_PRIVACY, "part-1-7", "ch8", "c8-1", "c8-2", "c8-3"),
            *_in(_AGREEMENT, "c2-1-1-2", "c4-7-1"),
        ),
    ),
    ("zh", "不可抗力", (*_in(_AGREEMENT, "c7-3"), *_in(_TERMS, "ch11", "c11-1", "c11-2"))),
    (
        "zh",
        "知识产权",
        (
            *_in(_AGREEMENT, "c4-3-7", "c4-5", "ch10", "c10-1", "c10-3"),
            *_in(_TERMS, "ch7", "c7-1", "c7-4", "c14-3"),
        ),
    ),
    ("zh", "发票", (*_in(_PRIVACY, "c4-2-3", "part-12-3"), *_in(_TERMS, "c6-3"))),
    ("zh", "违约金", _in(_TERMS, "c4-4", "c7-2")),
    ("zh", "TDjdcloud", _in(_PRIVACY, "c7-5-2")),
    ("zh", "匿名化", _in(_PRIVACY, "c6-2-3", "part-12-3-2")),
    ("zh", "境外", (*_in(_PRIVACY, "c6-2-1"), *_in(_AGREEMENT, "c4-3-1"))),
    ("zh", "征信", _in(_PRIVACY, "c4-2-4")),
    ("zh", "贿赂", _in(_TERMS, "ch9", "c13-2")),
    # Clause numbers.
    ("zh", "5.1.4", _in(_PRIVACY, "c5-1-4")),
    (
        "zh",
        "第五条",
        ("privacy#ch5", "agreement#ch5", "terms#ch5", "privacy#part-1-5", "privacy#part-12-5"),
    ),
    # Questions.
    ("zh", "怎么注销账户", _in(_PRIVACY, "c6-2-2", "c7-4", "part-12-1-r2")),
    ("zh", "如何退订短信", _in(_PRIVACY, "c7-5-2")),
    ("zh", "多少天内回复", _in(_PRIVACY, "c10-3")),
    # English.
    ("en", "cookie", _in(_PRIVACY, "c4-3", "c4-3-1", "c4-3-2", "c4-3-3")),
    ("en", "SMS", _in(_PRIVACY, "c7-5-2", "c9-2")),
    ("en", "minors", _in(_PRIVACY, "part-1-7", "ch8", "c8-1", "c8-2", "c8-3")),
    ("en", "guardian", _in(_PRIVACY, "c8-1", "c8-2", "c8-3")),
    ("en", "delete", _in(_PRIVACY, "part-1", "c6-2-2", "c6-2-3", "ch7", "c7-1", "c7-3", "c8-3")),
    ("en", "third parties", _in(_PRIVACY, "c1-2", "c4-4", "c5-1-4", "c6-1-7", "part-12-1-r3")),
    ("en", "security incident", _in(_PRIVACY, "c6-1-7")),
    ("en", "Article 5", _in(_PRIVACY, "ch5", "part-1-5", "part-12-5")),
    ("en", "withdraw consent", _in(_PRIVACY, "ch3", "ch7", "c7-4")),
    ("en", "how do I cancel promotion SMS", _in(_PRIVACY, "c7-5-2")),
)
