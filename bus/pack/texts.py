"""What an SMS may say: the texts of a policy pack, checked as a whole before one of them is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter

from smsutil import unicode_split

MOST_PARTS = 2
WISHES = "wishes"
"""What the person asks for. Most ask for nothing: then it is empty."""
OF_A_CASE = frozenset({"person", "case", "due", "unit", WISHES})
OF_A_DIGEST = frozenset({"count", "due"})
ALLOWED = OF_A_CASE | OF_A_DIGEST
"""The only things that an SMS may say of anybody (mission rule 7). A pack cannot add to them."""

NEVER_SAID = (
    "诊断", "病情", "病因", "病区", "病房", "病床", "床位", "床号", "科室", "住院号", "癌", "肿瘤", "中风", "痴呆", "透析", "手术",
    "身份证", "证件号", "出生日期", "http", "www.", "://",
)  # fmt: skip
"""Illness, ward, identity, links: in no template and in no value, whatever the pack says."""

BREAKS = ("【", "】", "\n", "\r", "\t")
"""Carriers look for the signature by its brackets and refuse or split a text that has more of them, or a line break."""


class UnfitText(ValueError):
    """This must not be sent; the message names the template and the variable, never a value."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is sent, signature and all, and as how many SMS it is counted."""

    text: str
    parts: int


@dataclass(frozen=True, slots=True)
class Variable:
    """A value longer than `longest` is never cut: `otherwise` is said in its place, or nothing is sent."""

    name: str
    longest: int
    otherwise: str | None = None

    @property
    def room(self) -> int:
        """The most that stands in its place."""
        return max(self.longest, units(self.otherwise or ""))

    def misfit(self, value: str, words: tuple[str, ...]) -> str | None:
        """Why a value cannot be said; None if it can."""
        if value == self.otherwise:
            return None
        if not value:
            return None if self.name == WISHES else "is empty"
        if units(value) > self.longest:
            return f"is longer than {self.longest}"
        return "holds what no SMS may say" if unsayable(value, words) else None


@dataclass(frozen=True, slots=True)
class Template:
    """One text of the pack: `zh` is sent, `en` is read by programmers."""

    code: str
    zh: str
    en: str
    reply: bool
    """Whether it asks for an answer."""

    def variables(self) -> set[str]:
        return variables_of(self.zh)


@dataclass(frozen=True, slots=True)
class Said:
    """What an SMS says of one wish: what is to be done, never why."""

    zh: str
    en: str


OF_A_WISH: Mapping[str, str] = {"hours": "12:00-15:00、18:00-07:00", "whom": "持钥匙的人"}
"""What may stand in the words of a wish that carries it, as long as it may become where it is to be said whole."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All that one pack says."""

    signature: str
    reply: str
    forbidden_words: tuple[str, ...]
    variables: Mapping[str, Variable]
    templates: Mapping[str, Template]
    wishes: Mapping[str, Said] = field(default_factory=dict)

    def asked_for(self, wishes: Iterable[str], carried: Mapping[str, str]) -> str:
        """What the person asks for, one after the other, in the order of the pack. What carries a value that is not there is
        left out."""
        stated = set(wishes)
        phrases = [said.zh for name, said in self.wishes.items() if name in stated]
        whole = [phrase for phrase in phrases if all(carried.get(name) for name in variables_of(phrase))]
        return "，".join(phrase.format_map(carried) for phrase in whole) + ("。" if whole else "")

    def render(self, template: Template, values: Mapping[str, str]) -> Text:
        """UnfitText for a value that is missing, too long or not to be said: nothing is ever sent cut short."""
        for name in sorted(template.variables()):
            if misfit := self.variables[name].misfit(values.get(name, ""), self.forbidden_words):
                raise UnfitText(f"{template.code}: {name} {misfit}")
        return self._text(template, values)

    def fitting(self, values: Mapping[str, str]) -> dict[str, str]:
        """A value that cannot be said is replaced by what the pack says in its place, if it says anything."""
        known = {name: variable for name, variable in self.variables.items() if name in values}
        return {name: self._fitting(variable, values[name]) for name, variable in known.items()}

    def worst(self, template: Template) -> Text:
        """The longest that the template can become: every variable at its full length."""
        return self._text(template, {name: "长" * self.variables[name].room for name in template.variables()})

    def _fitting(self, variable: Variable, value: str) -> str:
        if variable.otherwise is not None and variable.misfit(value, self.forbidden_words):
            return variable.otherwise
        return value

    def _text(self, template: Template, values: Mapping[str, str]) -> Text:
        said = f"【{self.signature}】{template.zh.format_map(values)}{self.reply if template.reply else ''}"
        return Text(said, parts_of(said))


def parts_of(text: str) -> int:
    """70 UTF-16 units, or 67 a part; no character is split between two parts, which simple division gets wrong."""
    return len(unicode_split(text).parts)


def units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


def variables_of(text: str) -> set[str]:
    """What stands in braces, whole: `{person!r}` is no name of a variable. ValueError for braces that do not close."""
    fields = [(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None]
    return {name + (f"!{how}" if how else "") + (f":{spec}" if spec else "") for name, spec, how in fields}


def unsayable(text: str, words: tuple[str, ...]) -> list[str]:
    """The words in a text that no SMS may hold."""
    lower = text.lower()
    return [word for word in (*BREAKS, *NEVER_SAID, *words) if word in lower]
