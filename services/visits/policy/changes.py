"""The rules of several layers become one list: a lower layer adds rules, changes named fields of others, drops others."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bus.pack.document import Document, Node
from bus.pack.layers import Layers
from bus.pack.words import named


@dataclass(frozen=True, slots=True)
class Change:
    """What a layer makes otherwise than the layers above it.

    Without a field the whole rule is dropped; without a rule it is a word of pack.yaml, which needs no reason.
    """

    layer: str
    rule: str | None
    field: str | None
    old: str
    new: str
    reason: str


@dataclass(slots=True)
class Laid:
    """The rules down to some layer, as one rules.yaml would say them; each part knows the file that it comes from."""

    document: Document
    changes: list[Change] = field(default_factory=list)
    dropped: dict[str, Node] = field(default_factory=dict)
    """What was dropped keeps its name: nothing else may be called so."""
    otherwise: dict[str, Node] = field(default_factory=dict)
    """Where the lowest layer says that it changes or drops a rule."""

    @property
    def rules(self) -> list[Node]:
        return self.document.root.at(("rules",)).items if self.document.root is not None else []


def words_changed(layers: Layers) -> Iterator[Change]:
    """A city that changes what counts as a contact changes every rule of its province."""
    for layer, place, old, new in layers.words_changed():
        yield Change(layer, None, place, _said(old), _said(new), "")


def lay(above: Laid, layer: str, lower: Document) -> Laid:
    """What the layer may not do is a mistake, and is not done."""
    laid = Laid(Document(lower.path, lower.root, [*above.document.mistakes, *lower.mistakes]))
    laid.changes, laid.dropped = [*above.changes], {**above.dropped}
    if lower.root is None or not isinstance(lower.root.value, dict):
        return laid
    _no_mapping(laid)
    of_names = dict(zip(named(above.rules), above.rules, strict=True))
    changed = {**of_names, **_overridden(laid, layer, of_names)}
    _drop(laid, layer, changed)
    _name_twice(laid)
    kept = [changed[name] for name in named(above.rules) if name not in laid.dropped]
    added = [rule for rule in laid.rules if _is_new(laid, rule, {**of_names, **above.dropped})]
    parts = {**above.document.section(), **lower.section(), **_ladders(laid, above)}
    if (rules := parts.get("rules")) is not None and isinstance(rules.value, list):
        parts["rules"] = Node([*kept, *added], rules.file, rules.line)
    told = {key: part for key, part in parts.items() if key not in ("overrides", "drops")}
    laid.document.root = Node(dict(told), lower.root.file, lower.root.line)
    return laid


def _no_mapping(laid: Laid) -> None:
    for name, part in laid.document.section().items():
        if name in ("overrides", "drops") and not isinstance(part.value, dict):
            laid.document.blame(part, None, f"“{name}”应为若干键值", f"{name} must be a mapping")


def _overridden(laid: Laid, layer: str, rules: Mapping[str, Node]) -> dict[str, Node]:
    """Each rule that the layer changes, with the fields that it names as it has them."""
    changed = {}
    for name, override in laid.document.section("overrides").items():
        rule, reason = rules.get(name), _reason(override.parts.get("reason"))
        fields = {key: part for key, part in override.parts.items() if key != "reason"}
        if rule is None:
            laid.document.blame(override, name, "上层没有这条规则", "no layer above has this rule")
        elif reason is None:
            laid.document.blame(override, name, "改动要写明理由（reason）", "an override must say why")
        elif "name" in fields:
            laid.document.blame(fields["name"], name, "规则的名字不能改动", "the name of a rule stays")
        elif not (found := [_change(layer, name, *of, reason) for of in _differences(rule, fields)]):
            laid.document.blame(override, name, "没有改动任何一项", "the override changes nothing")
        else:
            laid.changes += found
            laid.otherwise[name] = override
            changed[name] = _with(rule, override)
    return changed


def _with(rule: Node, override: Node) -> Node:
    """A mapping is changed key by key (`window: {due: 24h}` leaves `opens`), anything else as a whole."""
    parts = dict(rule.parts)
    for key, new in override.parts.items():
        old = parts.get(key)
        both = old is not None and isinstance(old.value, dict) and isinstance(new.value, dict)
        parts[key] = Node({**old.parts, **new.parts}, new.file, new.line) if old is not None and both else new
    return Node(parts, rule.file, rule.line)


def _differences(rule: Node, fields: Mapping[str, Node]) -> Iterator[tuple[str, Node | None, Node]]:
    """(field, old, new) of all that would not be as it is."""
    for key, new in fields.items():
        old = rule.parts.get(key)
        if old is not None and isinstance(old.value, dict) and isinstance(new.value, dict):
            pairs = [(f"{key}.{below}", old.parts.get(below), part) for below, part in new.parts.items()]
        else:
            pairs = [(key, old, new)]
        yield from ((named, was, is_) for named, was, is_ in pairs if was is None or was.plain != is_.plain)


def _change(layer: str, rule: str, named: str, old: Node | None, new: Node, reason: str) -> Change:
    return Change(layer, rule, named, _said(old), _said(new), reason)


def _said(node: Node | None) -> str:
    if node is None or node.value is None:
        return "（无）"
    return node.text or json.dumps(node.plain, ensure_ascii=False)


def _drop(laid: Laid, layer: str, rules: Mapping[str, Node]) -> None:
    overrides = laid.document.section("overrides")
    for name, said in laid.document.section("drops").items():
        reason = _reason(said)
        if name not in rules:
            laid.document.blame(said, name, "上层没有这条规则", "no layer above has this rule")
        elif reason is None:
            laid.document.blame(said, name, "取消要写明理由", "a drop must say why")
        elif name in overrides:
            laid.document.blame(said, name, "同一层不能既改动又取消", "both overridden and dropped")
        else:
            laid.dropped[name], laid.otherwise[name] = rules[name], said
            laid.changes.append(Change(layer, name, None, _said(rules[name].parts.get("zh")), "（无）", reason))


def _reason(node: Node | None) -> str | None:
    return (node.text or "").strip() or None if node is not None else None


def _is_new(laid: Laid, rule: Node, above: Mapping[str, Node]) -> bool:
    (name,) = named([rule])
    if not name or name not in above:
        return True
    where = f"{above[name].file}:{above[name].line}"
    zh = f"重名，改动上层规则请写 overrides（上层：{where}）"
    laid.document.blame(rule.at(("name",)), name, zh, f"a layer above has this rule: {where}")
    return False


def _name_twice(laid: Laid) -> None:
    names = named(laid.rules)
    for i, name in enumerate(names):
        if name and name in names[:i]:
            first = laid.rules[names.index(name)].at(("name",)).line
            said = laid.rules[i].at(("name",))
            laid.document.blame(said, name, f"规则重名：第{first}行已有", f"named twice: see line {first}")


def _ladders(laid: Laid, above: Laid) -> dict[str, Node]:
    """A ladder is not changed under the rules that stand on it: a lower layer gives its own another name."""
    upper, lower = (document.section().get("ladders") for document in (above.document, laid.document))
    if upper is None or lower is None or not isinstance(lower.value, dict):
        return {}
    for name, ladder in lower.parts.items():
        if name in upper.parts:
            zh = "督办阶梯重名，请另起名字，再用 overrides 改规则的 ladder"
            laid.document.blame(ladder, name, zh, "a layer above has this ladder")
    return {"ladders": Node({**lower.parts, **upper.parts}, lower.file, lower.line)}
