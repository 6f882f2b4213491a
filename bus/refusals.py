"""What a door says of a body that it cannot take: each field in Chinese with the rule that it breaks, or how large it may be."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1 << 20
TOO_LARGE = f"内容过大：最多 {LARGEST_BODY >> 20} MB"
UNREADABLE = "内容无法读取"
OTHERWISE = "不合要求"
WRONG_FIELDS = "请求中有不符合要求的字段"
TITLES: Mapping[int, str] = {400: "请求无法读懂", 404: "没有这一项", 405: "方法不对", 413: "内容过大"}
OF_THE_FRAMEWORK: Mapping[int, str] = {
    400: UNREADABLE,
    404: "没有这个地址：可用的见 /docs",
    405: "这个地址不能这样用：可用的方法见 /docs",
    413: TOO_LARGE,
}
"""Its own refusals, which it words in English, by their status."""

_LIST, _OBJECT, _NUMBER, _WHOLE = "应为列表", "应为若干键值（JSON 对象）", "应为数", "应为整数"
_YES_NO, _ID = "应为 true 或 false", "应为编号（UUID）"
_TIME = "应为日期时间，如 2026-05-11T09:00:00+08:00"
_DATE = "应为日期，如 2026-05-11"
_ZH: Mapping[str, str] = {
    "missing": "必填",
    "extra_forbidden": "没有这一项",
    "json_invalid": "不是合格的 JSON",
    "none_required": "不可填写",
    "string_type": "应为文字",
    "string_unicode": "应为 UTF-8 文字",
    "string_too_short": "不能少于{min_length}个字",
    "string_too_long": "不能超过{max_length}个字",
    "string_pattern_mismatch": "写法应合 {pattern}",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "uuid_version": _ID,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": "须写明时区，如 2026-05-11T09:00:00+08:00",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "enum": "应为其中之一：{expected}",
    "literal_error": "应为其中之一：{expected}",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不能小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "不能大于{le}",
    "too_short": "不能少于{min_length}项",
    "too_long": "不能多于{max_length}项",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
}

_QUOTING = frozenset({"enum", "literal_error", "string_pattern_mismatch"})


def fields(errors: Iterable[Any]) -> list[dict[str, str]]:
    """Each field, the rule that it breaks and what is wrong with it; the value itself is not repeated."""
    return [
        {
            "field": ".".join(str(p) for p in e["loc"] if p != "body") or "body",
            "rule": e["type"].replace("_", "-"),
            "error": _zh(e),
        }
        for e in errors
    ]


def _zh(error: Any) -> str:
    """A rule of ours speaks Chinese by itself, whatever its name; one of the framework may quote what a pack calls things."""
    ours = not error["msg"].isascii() and error["type"] not in _QUOTING
    if ours or error["type"] not in _ZH:
        return str(error["msg"]) if ours else OTHERWISE
    said = {name: _choices(value) for name, value in error.get("ctx", {}).items()}
    return _ZH[error["type"]].format(**said)


def _choices(value: Any) -> Any:
    """'a', 'b' or 'c' → a、b、c."""
    return value.replace(" or ", "、").replace(", ", "、").replace("'", "") if isinstance(value, str) else value


def in_our_words(app: ASGIApp, too_large: Response) -> ASGIApp:
    """The framework itself answers a body whose length is too large before it comes, as plain text; `too_large` takes its place."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def said(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_the_frameworks(message):
                replaced = True
                await too_large(scope, receive, send)
            elif not replaced:
                await send(message)

        await app(scope, receive, said)

    return answer


def _is_the_frameworks(start: Message) -> bool:
    return start["status"] == 413 and (b"content-type", b"text/plain; charset=utf-8") in start["headers"]
