"""A form is data: its questions, what may be answered, and which field of the file an answer tells."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, model_validator

Answer = str | list[str]
LONGEST = 500


class FormItem(BaseModel):
    """One question: with options, one of them (several where `many`); without, a text."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    item: str
    part: str
    zh: str
    options: Mapping[str, str] | None = None
    many: bool = False
    required: bool = False
    field: str | None = None
    """The field of the file that the answer tells."""
    clinical: bool = False

    def fault(self, given: Answer) -> str | None:
        """What is wrong with an answer, in Chinese."""
        chosen = given if isinstance(given, list) else [given]
        if isinstance(given, list) and not self.many:
            return "只能填一项"
        if not chosen or not all(one.strip() for one in chosen):
            return "不能为空"
        if self.options is not None:
            return None if set(chosen) <= self.options.keys() else f"应为：{'、'.join(self.options)}"
        return f"不能超过{LONGEST}个字" if sum(map(len, chosen)) > LONGEST else None

    def said(self, given: Answer) -> str:
        """The answer for readers."""
        chosen = given if isinstance(given, list) else [given]
        return "、".join((self.options or {}).get(one, one) for one in chosen)


class Form(BaseModel):
    """One version of a form. It is never changed once a round has asked it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    form: str
    version: int
    zh: str
    items: list[FormItem]

    @model_validator(mode="after")
    def _each_once(self) -> "Form":
        """Two questions that told one field would leave it to chance which stands."""
        for names in ([i.item for i in self.items], [i.field for i in self.items if i.field is not None]):
            if len(set(names)) < len(names):
                raise ValueError(f"{self.name}: a question or a field stands in it twice")
        return self

    @property
    def name(self) -> str:
        return f"{self.form}.v{self.version}"

    def faults(self, answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
        """Everything that is wrong, question by question."""
        items = {item.item: item for item in self.items}
        for name in answers.keys() - items.keys():
            yield name, "调查表中没有这一项"
        for name, item in items.items():
            if name not in answers:
                if item.required:
                    yield name, "必填"
            elif (fault := item.fault(answers[name])) is not None:
                yield name, fault
