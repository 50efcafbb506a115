"""Which clause became which, and what a reader is told of it."""

import pytest
from redline_samples import TEXT, changed, compare, edition, shown

from clausepress.compare.redline import redline
from clausepress.errors import ClausepressError
from clausepress.text.model import Edition

PARTS = TEXT.strip().split("\n\n")


def at(start: str) -> int:
    """Place of the paragraph that begins so."""
    return next(index for index, part in enumerate(PARTS) if part.startswith(start))


def moved_numbers(parts: list[str]) -> list[tuple[str, str, str]]:
    """Class, old and new number of every hunk against the sample."""
    found = redline(edition(), edition("\n\n".join(parts)))
    return [
        (h.kind, h.old_clause.number if h.old_clause else "", h.new_clause.number)
        for h in found.hunks
        if h.new_clause
    ]


@pytest.mark.parametrize(
    ("swap", "expected"),
    [
        (("30 日", "60 日"), [("wording", "30", "60")]),
        (("提前 15 日", "提前三十五日"), [("wording", "15", "三十五")]),
        (("第 3.1 条", "第 3.1.2 条"), [("wording", "3.1", "3.1.2")]),
        (("CSV 或者", "XLSX 或者"), [("wording", "CSV", "XLSX")]),
        (("随时", ""), [("removed", "随时", "")]),
        (("、备份和恢复", "、备份、迁移和恢复"), [("added", "", "、迁移")]),
        (("每月 5 日之前", "每季度 20 日之前"), [("wording", "月 5", "季度 20")]),
    ],
)
def test_words_are_told_apart(swap: tuple[str, str], expected: list[tuple[str, str, str]]) -> None:
    assert shown(compare(swap)) == expected


def test_an_edit_next_to_another_stays_its_own() -> None:
    found = compare(("您应当按照本协议", "贵方应当遵照本协议"), ("暂停服务", "终止服务"))
    assert shown(found) == [
        ("wording", "您", "贵方"),
        ("wording", "按", "遵"),
        ("wording", "暂停", "终止"),
    ]


def test_a_sentence_written_anew_is_not_confetti() -> None:
    old = edition("1.1 双方确认：我们将会在每月月底向您寄送上一个月的纸质账单，供您核对。")
    new = edition("1.1 双方确认：平台可于任意时点以电子方式给用户推送当期结算明细，供您核对。")
    assert shown(redline(old, new)) == [
        ("wording", "我们将会在每月月底向您寄", "平台可于任意时点以电子方式给用户推"),
        ("wording", "上一个月的纸质账单", "当期结算明细"),
    ]
    mixed = edition("1.1 双方确认：平台将于每季末向用户推送前一期的电子明细，供您核对。")
    assert shown(redline(old, mixed)) == [
        ("wording", "我们将会在每月月底向您寄", "平台将于每季末向用户推"),
        ("wording", "上一个月的纸质账单", "前一期的电子明细"),
    ]


def test_an_inserted_clause_is_one_insertion_and_the_rest_is_renumbered() -> None:
    found = compare(
        ("1.2 您应", "1.2 本服务不适用于未成年人，除非监护人书面同意。\n\n1.3 您应"),
        ("1.3 **", "1.4 **"),
    )
    assert shown(found) == [
        ("added", "", "本服务不适用于未成年人，除非监护人书面同意。"),
        ("renumbered", "", ""),
        ("renumbered", "", ""),
    ]
    assert found.hunks[0].old_clause is None
    rows = [
        (p.old.number if p.old else "", p.new.number, p.renumbered)
        for p in found.clauses[2:5]
        if p.new
    ]
    assert rows == [("1.1", "1.1", False), ("", "1.2", False), ("1.2", "1.3", True)]


def test_a_chapter_inserted_renumbers_the_chapters_not_what_is_in_them() -> None:
    found = compare(
        ("二、数据", "二、账户\n\n2.1 您应当妥善保管账户和密码。\n\n三、数据"),
        *[(f"\n2.{n} ", f"\n3.{n} ") for n in (1, 2, 3)],
        ("三、费用", "四、费用"),
        ("3.1 费用", "4.1 费用"),
        ("3.2 任", "4.2 任"),
        ("3.3 终", "4.3 终"),
    )
    assert [kind for kind, *_ in shown(found)] == ["added", "added", "renumbered", "renumbered"]
    assert sum(pair.renumbered for pair in found.clauses) == 8  # the rows say it of each


def test_a_moved_clause_is_one_move() -> None:
    parts = list(PARTS)
    clause = parts.pop(at("2.1"))
    assert moved_numbers([*parts, clause]) == [("moved", "2.1", "2.1")]
    assert moved_numbers([*parts, clause.replace("2.1", "3.4")]) == [("moved", "2.1", "3.4")]


def test_a_moved_clause_takes_its_own_along() -> None:
    start = at("2.2")
    parts = PARTS[:start] + PARTS[start + 3 :] + PARTS[start : start + 3]
    assert moved_numbers(parts) == [("moved", "2.2", "2.2")]


def test_a_chapter_moved_is_one_move_of_the_smaller_part() -> None:
    third = at("三、")
    first = at("一、")
    parts = [*PARTS[:first], *PARTS[third:], *PARTS[first:third]]
    assert moved_numbers(parts) == [("moved", "三、", "三、")]
    second = at("二、")
    parts = [*PARTS[:first], *PARTS[second:third], *PARTS[first:second], *PARTS[third:]]
    assert moved_numbers(parts) == [("moved", "一、", "一、")]


def test_what_changed_in_a_moved_clause_is_told_too() -> None:
    parts = list(PARTS)
    clause = parts.pop(at("2.1")).replace("90", "30")
    assert moved_numbers([*parts, clause]) == [("moved", "2.1", "2.1"), ("wording", "2.1", "2.1")]


def test_neighbours_swapped_are_one_move_and_one_new_number() -> None:
    parts = list(PARTS)
    here = at("3.1")
    parts[here : here + 2] = [
        parts[here + 1].replace("3.2", "3.1"),
        parts[here].replace("3.1", "3.2"),
    ]
    assert sorted(moved_numbers(parts)) == [("moved", "3.1", "3.2"), ("renumbered", "3.2", "3.1")]


def test_a_clause_split_in_two_gains_a_number_only() -> None:
    found = compare(("逾期超过 30 日的，", "\n\n1.3 逾期超过 30 日的，"), ("1.3 **", "1.4 **"))
    assert shown(found) == [("added", "", "1.3"), ("renumbered", "", "")]
    half = next(pair for pair in found.clauses if pair.new and pair.new.number == "1.3")
    assert half.old
    assert half.old.number == "1.2"


def test_two_clauses_merged_lose_a_number_only() -> None:
    found = compare(("\n\n3.2 任何", "任何"), ("3.3 ", "3.2 "))
    assert shown(found) == [("removed", "3.2", ""), ("renumbered", "", "")]


ITEMS = ["（1）您事先书面同意；", "（2）法律另有规定；", "（3）公共利益需要。"]


@pytest.mark.parametrize("lead", ["情形如下：", "我们在下列情形下可以不经同意提供您的信息："])
def test_a_clause_that_became_a_list_is_layout(lead: str) -> None:
    end = "\n\n1.2 其余从略，另行公告并通知用户。"
    inline = edition(f"一、甲\n\n1.1 {lead}{''.join(ITEMS)}{end}")
    listed = edition(f"一、甲\n\n1.1 {lead}\n\n" + "\n\n".join(ITEMS) + end)
    for old, new in ((inline, listed), (listed, inline)):
        assert redline(old, new).counts == {"layout": 3}


def test_an_edit_in_a_clause_that_became_a_list_is_told_alone() -> None:
    inline = edition(f"一、甲\n\n1.1 情形如下：{''.join(ITEMS)}")
    items = [*ITEMS[:2], "（3）公共利益确有需要；", "（4）学术机构统计所需。"]
    listed = edition("一、甲\n\n1.1 情形如下：\n\n" + "\n\n".join(items))
    assert shown(redline(inline, listed)) == [
        ("added", "", "确有"),
        ("wording", "。", "；"),
        ("added", "", "学术机构统计所需。"),
    ]
    assert shown(redline(listed, inline)) == [
        ("removed", "确有", ""),
        ("wording", "；", "。"),
        ("removed", "学术机构统计所需。", ""),
    ]


def test_a_list_item_found_behind_a_new_one() -> None:
    inline = edition(f"一、甲\n\n1.1 情形如下：{''.join(ITEMS)}")
    items = [ITEMS[0], "（2）经司法机关依法要求；", *["（3）法律另有规定；", "（4）公共利益需要。"]]
    listed = edition("一、甲\n\n1.1 情形如下：\n\n" + "\n\n".join(items))
    assert ("added", "", "经司法机关依法要求；") in shown(redline(inline, listed))
    assert "removed" not in redline(inline, listed).counts


def test_short_items_in_another_order_are_a_move() -> None:
    def text(*items: str) -> Edition:
        ends = ["；"] * (len(items) - 1) + ["。"]
        lines = [
            f"（{n}）{item}{end}" for n, (item, end) in enumerate(zip(items, ends, strict=True), 1)
        ]
        return edition("一、甲\n\n1.1 情形：\n\n" + "\n\n".join(lines))

    old = text("同意", "法定", "公益")
    assert shown(redline(old, text("公益", "同意", "法定"))) == [
        ("moved", "", ""),
        ("wording", "。", "；"),
        ("renumbered", "", ""),
        ("renumbered", "", ""),
        ("wording", "；", "。"),
    ]
    assert shown(redline(old, text("同意", "约定", "法定", "公益")))[0] == ("added", "", "约定；")


def test_equal_ids_derived_from_numbers_prove_nothing() -> None:
    old = edition("一、总则\n\n1.1 账单每月寄出。\n\n1.2 密钥每年更换一次，由双方保管。")
    new = edition("一、总则\n\n1.1 密钥每年更换一次，由双方保管。\n\n1.2 发票另行约定寄送办法。")
    found = redline(old, new)
    assert [(h.kind, h.old_clause and h.old_clause.number) for h in found.hunks] == [
        ("removed", "1.1"),
        ("renumbered", "1.2"),
        ("added", None),
    ]


def test_a_given_id_holds_even_when_every_word_is_another() -> None:
    old = edition("一、总则\n\n1.1 账单每月寄出。{#bill}")
    new = edition("一、总则\n\n1.1 概不赊欠，货款两清！{#bill}")
    assert {hunk.kind for hunk in redline(old, new).hunks} == {"wording"}


def test_repeated_clauses_are_paired_in_order() -> None:
    same = "（1）事先得到您的同意；"
    old = edition(f"一、甲\n\n1.1 共享如下：\n\n{same}\n\n1.2 转让如下：\n\n{same}")
    new = edition(
        f"一、甲\n\n1.1 共享如下：\n\n{same}\n\n1.2 转让如下：\n\n{same}\n\n（2）另行商定。"
    )
    assert shown(redline(old, new)) == [("added", "", "另行商定。")]


def test_texts_with_nothing_in_common_are_removed_and_added_whole() -> None:
    new = edition("甲\n\n一、子丑寅卯\n\n1.1 辰巳午未申酉戌亥。")
    found = redline(edition(), new)
    whole = [h for h in found.hunks if h.old_clause is None or h.new_clause is None]
    assert len(whole) == len(list(edition().walk())) + 2


def test_languages_are_not_compared() -> None:
    with pytest.raises(ClausepressError, match=r"'zh' and 'en'.*\n  fix: "):
        redline(edition(), edition(lang="en"))


def test_tables_are_compared_row_by_row() -> None:
    row = "| 乙地核验公司 | 实名核验 | 姓名、证件号码 |\n"
    assert shown(compare((row, ""))) == [("removed", "乙地核验公司\t实名核验\t姓名、证件号码", "")]
    assert shown(compare((row, f"| 丁地短信公司 | 发送通知 | 手机号码 |\n{row}"))) == [
        ("added", "", "丁地短信公司\t发送通知\t手机号码")
    ]
    assert shown(compare(("姓名、地址 |", "姓名、电话、地址 |"))) == [("added", "", "电话、")]


def test_a_row_that_stands_elsewhere_in_its_table_is_a_move() -> None:
    first, second = (
        "| 甲地短信公司 | 发送通知 | 手机号码 |\n",
        "| 丙地物流公司 | 寄送发票 | 姓名、地址 |\n",
    )
    words = first.strip("| \n").replace(" | ", "\t")
    assert shown(compare((first, ""), (second, second + first))) == [("moved", words, words)]
    for change in ("**发送通知**", "发 送通知"):  # a move would hide what else changed
        other = first.replace("发送通知", change)
        found = compare((first, ""), (second, second + other))
        assert [kind for kind, *_ in shown(found)] == ["removed", "added"]


def test_a_row_that_went_to_another_table_is_no_move() -> None:
    row = "| 甲地短信公司 | 发送通知 |\n"
    head = "| 单位 | 用途 |\n|---|---|\n"
    one, two = f"{head}{row}| 乙地核验公司 | 实名核验 |\n", f"{head}| 丙地物流公司 | 寄送发票 |\n"
    old = edition(f"1.1 安卓版：\n\n{one}\n苹果版：\n\n{two}")
    new = edition(f"1.1 安卓版：\n\n{one.replace(row, '')}\n苹果版：\n\n{two}{row}")
    assert [kind for kind, *_ in shown(redline(old, new))] == ["removed", "added"]


def test_a_table_flattened_is_layout() -> None:
    table = TEXT[TEXT.index("| 单位") : TEXT.index("三、费用")]
    lines = [line.strip("| ").replace(" | ", " ") for line in table.strip().split("\n")]
    assert shown(compare((table, "\n\n".join([lines[0], *lines[2:]]) + "\n\n"))) == []


def test_emphasis_lost_and_gained() -> None:
    clause = "本条所称费用不含税款，税款由您自行承担。"
    assert shown(compare(("**", ""))) == [("emphasis-lost", clause, clause)]
    found = redline(changed(("**", "")), edition())
    assert shown(found) == [("emphasis-gained", clause, clause)]
    part = compare(("**本条所称费用不含税款，", "本条所称费用不含税款，**"))
    assert shown(part) == [("emphasis-lost", "本条所称费用不含税款，", "本条所称费用不含税款，")]


@pytest.mark.parametrize("name", ["绿水公司", "青山智算公司", "青山公司集团", "云山"])
def test_a_renamed_term_is_told_once(name: str) -> None:
    found = compare(("青山公司", name), ("90 日", "30 日"))
    (term, other) = found.shown()
    assert (term.kind, term.count) == ("renamed-term", 5)
    assert other.kind == "wording"


def test_a_renamed_term_is_no_difference_inside_another() -> None:
    found = compare(("青山公司", "青山智算公司"), ("可以暂停", "有权暂停"))
    assert shown(found)[1:] == [("wording", "可以", "有权")]


def test_a_term_replaced_here_and_there_is_no_rename() -> None:
    clauses = [f"1.{n} 青山公司负责第{n}项，结果由青山公司告知。" for n in range(1, 5)]
    old = edition("一、职责\n\n" + "\n\n".join(clauses))
    half = [clause.replace("青山", "绿水", 1) for clause in clauses]
    new = edition("一、职责\n\n" + "\n\n".join(half))
    assert shown(redline(old, new)) == [("wording", "青山", "绿水")] * 4


def test_a_figure_changed_everywhere_is_not_hidden_as_a_rename() -> None:
    parts = [f"1.{n} 第{n}项服务的期限为 30 日。" for n in range(1, 6)]
    old = edition("一、期限\n\n" + "\n\n".join(parts))
    new = edition("一、期限\n\n" + "\n\n".join(part.replace("30", "15") for part in parts))
    assert shown(redline(old, new)) == [("wording", "30", "15")] * 5


@pytest.mark.parametrize(
    ("swap", "kind"),
    [
        (("，导出格式", ",导出格式"), "width"),
        (("（1）导出", "(1)导出"), "width"),
        (("10 GB", "10GB"), "space"),
        (("，包括存储", "，\n\n包括存储"), "layout"),
        (("（1）导出", "1、导出"), "list-mark"),
        (("本协议由您", "- 本协议由您"), "list-mark"),
    ],
)
def test_what_changes_no_word_is_folded(swap: tuple[str, str], kind: str) -> None:
    found = compare(swap)
    assert (shown(found), set(found.counts)) == ([], {kind})


def test_a_raised_digit_is_no_matter_of_width() -> None:
    old, new = edition("1.1 面积为 30 m²，见①。"), edition("1.1 面积为 30 m2，见1。")
    assert {kind for kind, *_ in shown(redline(old, new))} == {"wording"}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("情形：①同意；②法定。", "情形：（1）同意；(2)法定。", "list-mark"),
        ("违约金为 1,234,000 元。", "违约金为 1234000 元。", "width"),
        ("下称“账户”和‘密码’……", "下称「账户」和『密码』...", "width"),
        ("我们的 user's 权利，参见 'A' 栏。", "我们的 user’s 权利，参见“A”栏。", "width"),
    ],
)
def test_another_look_of_the_same_word_is_folded(old: str, new: str, kind: str) -> None:
    found = redline(edition(f"1.1 {old}"), edition(f"1.1 {new}"))
    assert shown(found) == []
    assert set(found.counts) - {"space"} == {kind}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1,000.5", "1000"),
        ("12,34", "1234"),
        ("2,000", "20000"),
        ("（1）", "（2）"),
        ("②", "（3）"),
    ],
)
def test_another_number_is_no_other_look(old: str, new: str) -> None:
    ((kind, gone, come),) = shown(
        redline(edition(f"1.1 共 {old} 项。"), edition(f"1.1 共 {new} 项。"))
    )
    assert (kind, gone, come) == ("wording", old, new)


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        ("help@qingshan.example", "desk@qingshan.example", ("help", "desk")),
        (
            "https://a.example/help/contact.html",
            "https://a.example/help/us.html",
            ("contact", "us"),
        ),
        ("https://a.example/x?from=app&v=2", "https://a.example/x?from=app&v=31", ("2", "31")),
        ("https://a.example/x", "https://b.test/x", ("a.example", "b.test")),
    ],
)
def test_a_link_or_mailbox_is_cut_at_its_segments(
    old: str, new: str, edit: tuple[str, str]
) -> None:
    texts = [edition(f"1.1 详见 {link} 页面。") for link in (old, new)]
    assert shown(redline(*texts)) == [("wording", *edit)]


def test_two_edits_on_both_sides_of_a_colon_stay_two() -> None:
    old, new = edition("1.1 甲方：青山，乙方：绿水。"), edition("1.1 委托人：云山，乙方：绿水。")
    assert shown(redline(old, new)) == [("wording", "甲方", "委托人"), ("wording", "青", "云")]


def test_words_are_cut_where_a_person_would() -> None:
    old = edition("1.1 下称“甲方”）应当付款。")
    new = edition("1.1 下称“甲方”或称“青山”）应当付款。")
    assert shown(redline(old, new)) == [("added", "", "或称“青山”")]


def test_a_word_of_two_characters_is_not_cut_in_half() -> None:
    text = "1.1 甲方守约，应{}方要求，由乙方删除用户数据，{}户另行登记，用户自理{}。"
    old = edition(text.format("甲", "用", "，客户概不负责"))
    assert shown(redline(old, edition(text.format("乙", "客", "，客户概不负责")))) == [
        ("wording", "甲方", "乙方"),
        ("wording", "用户", "客户"),
    ]
    assert shown(redline(old, edition(text.format("甲", "客", "，客服概不负责"))))[0] == (
        "wording",
        "用",
        "客",
    )


def test_words_given_to_a_clause_of_nothing_but_its_number() -> None:
    old, new = edition("1.1 甲。\n\n1.2\n\n1.3 乙。"), edition("1.1 甲。\n\n1.2 丙。\n\n1.3 乙。")
    (hunk,) = redline(old, new).hunks
    assert (hunk.new_clause and hunk.new_clause.number) == "1.2"
    assert not hunk.old_clause or hunk.old_clause.number == "1.2"


def test_a_passage_that_kept_two_words_only_is_one_difference() -> None:
    old = edition("1.1 总则：凡登录失败者其账户须冻结待查并将数据悉数封存备考，特此告知。")
    new = edition("1.1 总则：若密码遗忘则原账户可凭短信找回且旧数据概不另行迁移，特此告知。")
    (hunk,) = redline(old, new).hunks
    assert hunk.new
    assert hunk.new.text.startswith("若密码")
    assert hunk.new.text.endswith("迁移")
