"""What a field means wherever it stands; the words of an event's own field go before."""

from collections.abc import Mapping
from typing import Any, Final

GLOSSARY: Final = {
    "city": "The city whose person or unit this is.",
    "county": "The county or district of the city.",
    "person_id": "The person under care whom this concerns.",
    "unit_id": "The unit that answers for the person, or that is spoken of.",
    "holder_id": "The named person who holds the role.",
    "role": "In which role a holder is meant: liaison, unit-leader, bureau-officer, community-worker …",
    "party": "unit 管理(原)单位 · bureau 老干部局 · community 社区/机构 · family 家庭 · society 社会",
    "stay_id": "One hospital stay, from admission to its end.",
    "hospital": "The hospital, as it names itself.",
    "report_id": "One report of death: a retraction names the report that it retracts.",
    "duty_id": "One thing owed to one person.",
    "rule": "The rule of the policy, by its name.",
    "due_at": "The end of the window in which the duty is to be done.",
    "contact_id": "One contact: something that was actually done, or tried.",
    "case_id": "One case in which somebody must be told of one duty.",
    "sms_id": "One SMS to one number.",
    "lane": "urgent passes quiet hours · normal · bulk to many",
    "died_at": "When the person died, when that is known.",
    "situation_id": "One situation of one person, from its beginning to its end.",
    "wish_id": "One wish of one person, until it is withdrawn.",
    "absence_id": "One expected absence of one person.",
    "end_id": "One end of care: a resumption names the end that it takes back.",
}


def explained(part: Any) -> Any:
    """The schema, with the words of the glossary for each field that has none of its own."""
    if isinstance(part, list):
        return [explained(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    inner = {key: explained(value) for key, value in part.items()}
    if "properties" in inner:
        inner["properties"] = {name: _with_words(name, field) for name, field in inner["properties"].items()}
    return inner


def _with_words(name: str, field: dict[str, Any]) -> dict[str, Any]:
    return field if "description" in field or name not in GLOSSARY else {**field, "description": GLOSSARY[name]}
