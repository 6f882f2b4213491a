"""The messages of a policy pack, read from its layers: everything that is wrong is said at once, with its file and line.

notify speaks them; visits refuses a version whose messages could not be spoken.
"""

import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, PositiveInt

from bus.pack.document import Document, Place
from bus.pack.layers import merged, read_layers
from bus.pack.mistakes import PackRefused, wrong
from bus.pack.reachability import Reachability, Wrong, sayable_of, wrong_reachability
from bus.pack.shapes import Code, HourOfDay, Part, Zh, Zone, shaped, written
from bus.pack.texts import (
    ALLOWED,
    MOST_PARTS,
    OF_A_CASE,
    OF_A_DIGEST,
    OF_A_WISH,
    WISHES,
    Said,
    Template,
    Texts,
    Variable,
    units,
    unsayable,
    variables_of,
)
from contracts.notify import LANES, RECALLED, WISHES_CHANGED, WISHES_WITHDRAWN

SIGNATURE, REPLY = re.compile(r".{3,12}"), re.compile(r"回复1\S+ 2\S+ 3\S+")
"""The reply offers the three answers that the gateway reads; a text that offers others would be answered in vain."""
_SIGNED = written(SIGNATURE.pattern, "双塔市委老干部局")
_ANSWERED = written(REPLY.pattern, "回复1已知晓 2无法前往 3非本人")


def _fits(pattern: re.Pattern[str], zh: str, en: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(zh, en)
        return value

    return AfterValidator(check)


class _QuietHours(Part):
    start: HourOfDay = Field(alias="from")
    until: HourOfDay

    def hold(self, clock: time) -> bool:
        """Whether this hour of the day lies in them; they may pass midnight."""
        if self.start <= self.until:
            return self.start <= clock < self.until
        return clock >= self.start or clock < self.until


class _Digest(Part):
    at: HourOfDay
    template: Code


class _Variable(Part):
    max: PositiveInt
    otherwise: str | None = None


class _Template(Part):
    zh: Zh
    en: Zh
    reply: bool


class _Wish(Part):
    zh: Zh
    en: Zh


class MessagesFile(Part):
    """The shape of messages.yaml."""

    signature: Annotated[str, _fits(SIGNATURE, "签名应为3至12个字", "a signature has 3 to 12 characters"), _SIGNED]
    reply: Annotated[str, _fits(REPLY, "应写作 回复1… 2… 3…", "the gateway reads the answers 1, 2 and 3"), _ANSWERED]
    timezone: Zone
    quiet_hours: _QuietHours
    expires_after_hours: dict[str, PositiveInt]
    silence_minutes: PositiveInt
    digest: _Digest
    reachability: Reachability | None = None
    """None = nobody is tested, and nothing proves the ladders."""
    variables: dict[str, _Variable]
    forbidden_words: tuple[Zh, ...]
    templates: dict[Code, _Template]
    wishes: dict[Code, _Wish] = Field(default_factory=dict)

    @property
    def texts(self) -> Texts:
        return Texts(
            signature=self.signature,
            reply=self.reply,
            forbidden_words=self.forbidden_words,
            variables={name: Variable(name, each.max, each.otherwise) for name, each in self.variables.items()},
            templates={code: Template(code, each.zh, each.en, each.reply) for code, each in self.templates.items()},
            wishes={code: Said(each.zh, each.en) for code, each in self.wishes.items()},
        )


def read_messages(folder: Path) -> MessagesFile:
    """The messages of the pack in this folder; PackRefused with all mistakes."""
    layers = read_layers(folder)
    document = merged(layers.documents("messages.yaml"))
    file = examined(document)
    mistakes = [mistake for layer in layers.own for mistake in layer.pack.mistakes] + document.mistakes
    if mistakes or file is None:
        raise PackRefused(sorted(mistakes))
    return file


def examined(document: Document) -> MessagesFile | None:
    """What is wrong with the messages of all layers lies in the document."""
    file = shaped(MessagesFile, document, None)
    if file is not None:  # what the parts say of one another can only be asked of a file that has its shape
        for place, zh, en in _mistakes(file):
            document.add(place, None, zh, en)
    return file


def _mistakes(file: MessagesFile) -> Iterator[Wrong]:
    for lane in sorted(LANES.keys() ^ file.expires_after_hours.keys()):
        lanes = ", ".join(LANES)
        yield (
            ("expires_after_hours", lane),
            f"每条通道写一次：{lanes}（“{lane}”）",
            f"must name each lane once: {lanes}",
        )
    for name in sorted(file.variables.keys() - ALLOWED):
        known = ", ".join(sorted(ALLOWED))
        yield ("variables", name), f"短信不能说“{name}”，只能说：{known}", f"{name}: an SMS may say {known} alone"
    if RECALLED not in file.templates:
        zh = f"缺少模板“{RECALLED}”：误报的通知无法撤回"
        yield ("templates",), zh, f"{RECALLED} is missing: what was told in error could not be taken back"
    yield from _unsayable(file)
    yield from _wrong_digest(file)
    yield from _wrong_wishes(file)
    yield from wrong_reachability(file)
    texts = file.texts
    for template in texts.templates.values():
        yield from _wrong_template(file, texts, template)


def _unsayable(file: MessagesFile) -> Iterator[Wrong]:
    said: dict[Place, str | None] = {("signature",): file.signature, ("reply",): file.reply}
    said |= {("variables", name, "otherwise"): variable.otherwise for name, variable in file.variables.items()}
    said |= {("templates", code, "zh"): template.zh for code, template in file.templates.items()}
    said |= {("wishes", code, "zh"): wish.zh for code, wish in file.wishes.items()}
    for place, text in said.items():
        for word in unsayable(text or "", file.forbidden_words):
            yield place, f"{_named(place)}不能有{word!r}", f"must not hold {word!r}"


def _wrong_digest(file: MessagesFile) -> Iterator[Wrong]:
    """It must be able to go out at its hour, as one SMS that asks for nothing."""
    digest, place = file.digest, ("digest", "template")
    if file.quiet_hours.hold(digest.at):
        yield ("digest", "at"), f"{digest.at:%H:%M} 在免打扰时段内", "lies within the quiet hours"
    template = file.templates.get(digest.template)
    if template is None:
        yield place, f"缺少模板“{digest.template}”", f"there is no template {digest.template!r}"
    elif template.reply:
        yield ("templates", digest.template, "reply"), "到期提醒不请回复", "a digest asks for no answer"


def _wrong_wishes(file: MessagesFile) -> Iterator[Wrong]:
    """Each of them, said alone, fits where it is to stand; several that do not fit together are said otherwise."""
    place = file.variables.get(WISHES)
    if file.wishes and (place is None or place.otherwise is None):
        zh = f"有意愿要说，variables 里须有 {WISHES}，并写 otherwise：几项一起放不下时的说法"
        yield ("wishes",), zh, f"the variable {WISHES} must be there, with what is said where several do not fit"
    for template in (WISHES_CHANGED, WISHES_WITHDRAWN) if file.wishes else ():
        if template not in file.templates:
            zh = f"缺少模板“{template}”：意愿变了，已经通知过的承办人不知道"
            yield ("templates",), zh, f"{template} is missing: whoever was told before would not know"
    for code, wish in file.wishes.items():
        of = _named(("wishes", code))
        try:
            names, english = variables_of(wish.zh), variables_of(wish.en)
        except ValueError as error:
            yield ("wishes", code), f"{of}的花括号不对", f"braces: {error}"
            continue
        if wrong_ones := sorted((names | english) - OF_A_WISH.keys()) or names ^ english:
            known = ", ".join(OF_A_WISH)
            zh = f"{of}：只能说 {known}，中英文一致"
            yield ("wishes", code), zh, f"{', '.join(wrong_ones)}: a wish may say {known} alone, in zh and en"
        elif place is not None and units(longest := wish.zh.format_map(OF_A_WISH)) >= place.max:
            yield ("wishes", code, "zh"), f"{of}：放不下“{longest}。”，最多{place.max}字", f"longer than {place.max}"


def _wrong_template(file: MessagesFile, texts: Texts, template: Template) -> Iterator[Wrong]:
    place: Place = ("templates", template.code)
    of = _named(place)
    try:
        names, english = variables_of(template.zh), variables_of(template.en)
    except ValueError as error:
        yield place, f"{of}的花括号不对", f"braces: {error}"
        return
    for name in sorted((names | english) - texts.variables.keys()):
        yield (*place, "zh" if name in names else "en"), f"{of}：未知的变量{{{name}}}", f"unknown variable {{{name}}}"
    if names != english:
        yield (*place, "en"), f"{of}：中英文的变量不一致", "zh and en do not name the same variables"
    sayable, most = _bounds(file, template)
    for name in sorted(names & ALLOWED - sayable):
        may = ", ".join(sorted(sayable))
        zh = f"，只能说：{may}" if may else "：它不说任何人任何事"
        yield (*place, "zh"), f"{of}不能说{{{name}}}{zh}", f"{name}: this template may say {may or 'nothing'} alone"
    if names <= texts.variables.keys() and (worst := texts.worst(template)).parts > most:
        zh = f"{of}：最长{len(worst.text)}字，合{worst.parts}条，最多{most}条"
        yield (*place, "zh"), zh, f"{len(worst.text)} characters at worst are {worst.parts} parts"


def _bounds(file: MessagesFile, template: Template) -> tuple[frozenset[str], int]:
    """What it may say, in how many parts: what is a holder's own says little, and is one SMS."""
    if template.code == file.digest.template:
        return OF_A_DIGEST, 1
    own = sayable_of(file, template)
    return (OF_A_CASE, MOST_PARTS) if own is None else (own, 1)


def _named(place: Place) -> str:
    return f"“{'.'.join(map(str, place))}”"
