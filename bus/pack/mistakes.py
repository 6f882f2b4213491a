"""A mistake in a policy pack, said so that it can be found: file, line, rule, what is wrong; Chinese first."""

from dataclasses import dataclass
from pathlib import Path

from pydantic_core import ErrorDetails, PydanticCustomError


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that keeps a pack from being used."""

    file: Path
    line: int
    rule: str | None
    zh: str
    en: str

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def said(self) -> str:
        rule = f"规则 {self.rule}：" if self.rule else ""
        return f"{rule}{self.zh} ({self.en})"

    def __str__(self) -> str:
        return f"{self.place}: {self.said}"


class PackRefused(Exception):
    """Every mistake of the pack at once, in the order of the files."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(mistakes)
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


def wrong(zh: str, en: str) -> PydanticCustomError:
    """What a validator raises."""
    return PydanticCustomError("policy", "{en}", {"zh": zh, "en": en})


_UNSET = {"when": ("周期或起因未定，先定再用", "cadence or event is not set"),
          "due": ("期限未定，先定再用", "deadline is not set"),
          "window": ("期限未定，先定再用", "deadline is not set")}  # fmt: skip

_ZH = {
    "missing": "缺少“{key}”",
    "extra_forbidden": "不认识的键“{key}”",
    "string_type": "“{key}”应为文字",
    "string_too_short": "“{key}”不能为空",
    "string_pattern_mismatch": "“{key}”只能用小写字母、数字和连字符",
    "int_type": "“{key}”应为整数",
    "greater_than": "“{key}”应大于 0",
    "bool_type": "“{key}”应为 true 或 false",
    "tuple_type": "“{key}”应为列表",
    "list_type": "“{key}”应为列表",
    "dict_type": "“{key}”应为若干键值",
    "model_type": "“{key}”应为若干键值",
    "enum": "“{key}”不是可用的值",
    "literal_error": "“{key}”不是可用的值",
}


def what_is_wrong(error: ErrorDetails) -> tuple[str, str]:
    """(zh, en) of one error of a validation."""
    key = next((str(step) for step in reversed(error["loc"]) if isinstance(step, str) and step != "[key]"), "文件")
    if error["type"] == "policy":
        return str(error["ctx"]["zh"]), str(error["ctx"]["en"])
    if error["type"] == "missing" and key in _UNSET:
        return _UNSET[key]
    zh = _ZH.get(error["type"], "“{key}”不对").format(key=key)
    return zh, f"{key}: {error['msg']}"
