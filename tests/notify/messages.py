"""A pack whose messages are said in a line each, and what is told of one that says anything wrong."""

from pathlib import Path

import pytest

from bus.pack import PackRefused
from bus.pack.messages import read_messages

CODES = {
    "hospital-visit-liaison", "hospital-visit-bureau", "family-changed", "death-family", "hardship", "greeting-missed",
    "duty-overdue", "duty-overdue-bureau", "duty-overdue-organisation", "monthly-call", "case-recalled", "weekly-greeting",
    "due-soon-digest", "said-died", "file-outdated", "reach-test", "holders-unreachable",
}  # fmt: skip
VALUES = {"person": "张老", "case": "JTLP", "due": "5月3日09:00", "unit": "双塔市水利局", "wishes": ""}
HEAD = """\
signature: 双塔市委老干部局
reply: 回复1已知晓 2无法前往 3非本人
timezone: Asia/Shanghai
quiet_hours: {from: "22:00", until: "07:00"}
expires_after_hours: {urgent: 12, normal: 48, bulk: 12}
silence_minutes: 10
digest: {at: "08:30", template: due-soon}
variables:
  person: {max: 4, otherwise: 有位老同志}
  case: {max: 4}
  due: {max: 11}
  count: {max: 3, otherwise: 多}
forbidden_words: [涉密]
templates:
  case-recalled: {zh: "编号{case}已撤回", en: "{case}", reply: false}
  due-soon: {zh: "{count}项，最早{due}", en: "{count} {due}", reply: false}
"""


def mistakes_in(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "pack.yaml").write_text("name: invented")
    (tmp_path / "messages.yaml").write_text(text)
    with pytest.raises(PackRefused) as refused:
        read_messages(tmp_path)
    return [f"{mistake.line}: {mistake.zh}" for mistake in refused.value.mistakes]
