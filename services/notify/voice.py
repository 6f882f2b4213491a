"""The voice that a decision is lent: it opens names and numbers and seals what is said, the same way every time."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import phonenumbers

from bus.pack.texts import WISHES, Texts
from bus.sealed import CannotOpen, KeyRing
from contracts.ids import HolderId, PersonId, SmsId
from contracts.personal import SealedContact, SealedIdentity, SealedSms
from contracts.registry import Hours
from services.notify.domain import Courtesy

COMPOUND = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|司空|夏侯|长孙|宇文|端木|南宫|独孤|轩辕|西门|呼延|澹台|公冶|太史|"
    "申屠|闻人|赫连|钟离|濮阳|淳于|单于|拓跋|纳兰|完颜|范姜"
)


@dataclass(frozen=True, slots=True)
class SealedVoice:
    """Speaks one policy pack with the keys of one service."""

    ring: KeyRing
    texts: Texts
    courtesy: Courtesy
    roles: Mapping[str, str] = field(default_factory=dict)
    """Role → what the city calls it."""

    def knows(self, template: str) -> bool:
        return template in self.texts.templates

    def surname(self, name: SealedIdentity, person_id: PersonId) -> str:
        """Empty for a name that stays closed here, too: the case number still says of whom the SMS speaks."""
        try:
            return surname_of(self.ring.open(name, kind="name", person=person_id))
        except CannotOpen:
            return ""

    def asked_for(self, wishes: Sequence[str], hours: Sequence[Hours], role: str | None) -> str:
        spans = "、".join(f"{span.begin}-{span.end}" for span in hours)
        return self.texts.asked_for(wishes, {"hours": spans, "whom": self.roles.get(role or "", "")})

    def says_wishes(self, template: str) -> bool:
        return self.knows(template) and WISHES in self.texts.templates[template].variables()

    def phone_for_sms(self, phone: SealedContact, holder_id: HolderId, sms_id: SmsId) -> tuple[SealedSms, UUID] | None:
        number = self._mobile(phone, holder_id)
        if number is None:
            return None
        return self.ring.seal(SealedSms, number, kind="sms-phone", person=sms_id), self.ring.index.whole(
            "phone", number
        )

    def number(self, phone: SealedContact, holder_id: HolderId) -> UUID | None:
        number = self._mobile(phone, holder_id)
        return self.ring.index.whole("phone", number) if number is not None else None

    def text_for_sms(self, template: str, values: Mapping[str, str], sms_id: SmsId) -> tuple[SealedSms, int]:
        said = self.texts.render(self.texts.templates[template], self.texts.fitting(values))
        return self.ring.seal(SealedSms, said.text, kind="sms-text", person=sms_id), said.parts

    def _mobile(self, phone: SealedContact, holder_id: HolderId) -> str | None:
        try:
            return mobile(self.ring.open(phone, kind="phone", person=holder_id))
        except CannotOpen:
            return None


def surname_of(name: str) -> str:
    """The surname of a Han name of two to four characters; empty for any other, because a name is not cut at a guess."""
    written = "".join(name.split())
    if not 2 <= len(written) <= 4 or not all("CJK UNIFIED" in unicodedata.name(c, "") for c in written):
        return ""
    if len(written) > 2 and COMPOUND.match(written):
        return written[:2]
    return written[0] if len(written) < 4 else ""


def mobile(phone: str) -> str | None:
    """The number in E.164 if it can take SMS. A landline cannot: its case is parked and seen, not sent into the void."""
    try:
        parsed = phonenumbers.parse(phone, "CN")
    except phonenumbers.NumberParseException:
        return None
    takes_sms = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in takes_sms:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
