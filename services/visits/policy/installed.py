"""The pack on disk: what all services here know the names of. A version that says more has to wait until they do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bus.pack.document import Document, Node
from bus.pack.mistakes import Mistake
from services.visits.domain import Policy
from services.visits.policy.files import files_of
from services.visits.policy.load import Loaded, load_with_changes


@dataclass(frozen=True, slots=True)
class Installed:
    """registry names people by its words and notify writes by its templates: they read them at their start, from disk."""

    policy: Policy
    templates: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Installed":
        """PackRefused if it has mistakes."""
        loaded = load_with_changes(folder)
        return cls(loaded.policy, frozenset(loaded.messages.section("templates")), files_of(folder))

    def does_not_name(self, policy: Policy) -> list[str]:
        """Codes and templates of that version, each with the section that it belongs to."""
        known = self.policy.words
        codes = [
            f"{section}: {code}"
            for section, named in policy.words.items()
            for code in named
            if code not in known.get(section, {})
        ]
        return codes + [f"templates: {name}" for name in sorted(templates_of(policy) - self.templates)]

    def cannot_say(self, loaded: Loaded) -> Iterator[Mistake]:
        """What a version that is proposed says, and the services here do not know the name of."""
        for unnamed in self.does_not_name(loaded.policy):
            section, code = unnamed.split(": ")
            node = _where(loaded.messages if section == "templates" else loaded.pack, section, code)
            zh = f"运行中的各服务还不认识“{code}”（{section}）：先把这一份政策装到各服务并重启，再提出"
            yield Mistake(node.file, node.line, None, zh, f"not installed yet: {unnamed}")


def _where(pack: Document, section: str, code: str) -> Node:
    """Strengths are a list: then where it begins."""
    return pack.section(section).get(code) or pack.section()[section]


def templates_of(policy: Policy) -> frozenset[str]:
    """Of which SMS are written: those of the rules, and those of their ladders."""
    rules = [rule for of in (policy.rules, *policy.counties.values()) for rule in of.values()]
    named = {rule.message for rule in rules} | {rung.message for rule in rules for rung in rule.ladder}
    return frozenset(name for name in named if name is not None)
