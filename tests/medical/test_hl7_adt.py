"""What an admission, a transfer or a discharge says, in our types."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.resident_id import ResidentId
from services.medical.adt import AdtMessage, SourceProfile, read_adt
from services.medical.hl7 import SHANGHAI, Flaw, Unreadable, read
from services.medical.location import Location
from services.medical.patient import Identifier, ResidentIdClaim
from tests.medical.messages import TEN, ZHANG, header, said


def test_an_admission_says_who_where_and_since_when() -> None:
    told = said(
        evn="EVN|A01|20261122100000|||003516^测试员|20261122095500",
        pid={2: "300001", 7: "19380512000000", 8: "男"},
        pv1={2: "I", 3: "9505^12^05床^4506^心内科", 6: "9601", 19: "V7", 44: "20261122100000"},
    )

    assert told == AdtMessage(
        control_id="7",
        sent_at=TEN.replace(minute=1),
        trigger="A01",
        processing_id="P",
        version="2.4",
        accept_ack="",
        application_ack="",
        sending_application="HIS",
        sending_facility="北京医院",
        event_at=TEN,
        recorded_at=TEN,
        visit_number="V7",
        patient_class="I",
        is_inpatient=True,
        ward=Location("9505", "12", "05床", "4506", "心内科"),
        previous_ward=Location("9601", "", "", "", "9601"),
        admitted_at=TEN,
        discharged_at=None,
        identifiers=(Identifier("IDCard", "300001"), Identifier("PatientNO", "200001"), Identifier("PID-2", "300001")),
        resident_id_claims=(ResidentIdClaim("PID-3", ZHANG, ResidentId(ZHANG), None),),
        name="张三测",
        romanised_name="",
        birth_date=date(1938, 5, 12),
        sex="male",
        died=None,
        died_at=None,
    )
    assert told.resident_id == ResidentId(ZHANG)


def test_a_message_that_says_little_is_read_as_far_as_it_goes() -> None:
    told = read_adt(read(b"MSH|^~\\&\rEVN|A08\rPID|"))

    assert (told.trigger, told.control_id, told.event_at, told.ward, told.is_inpatient) == ("A08", "", None, None, None)
    assert (told.name, told.resident_id, told.birth_date, told.sex, told.died) == ("", None, None, None, None)


@pytest.mark.parametrize(
    ("lines", "flaw", "place"),
    [
        ([header()], Flaw.NO_PATIENT, "PID"),
        ([header("ORU^R01"), "PID|1||7"], Flaw.NOT_ADT, "MSH-9"),
        ([header(""), "PID|1||7"], Flaw.NO_TRIGGER, "MSH-9"),
        ([header("ADT"), "EVN|", "PID|1||7"], Flaw.NO_TRIGGER, "MSH-9"),
    ],
)
def test_what_a_human_must_repair_is_unreadable(lines: list[str], flaw: Flaw, place: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_adt(read("\r".join(lines).encode()))

    assert (refused.value.flaw, refused.value.place) == (flaw, place)


@pytest.mark.parametrize(
    ("patient_class", "is_inpatient"),
    [
        ("I", True),
        ("住院", True),
        ("1", True),
        ("IMP", True),
        ("I^住院病人", True),
        ("3^住院", True),
        ("O", False),
        ("门诊", False),
        ("1^门诊", False),
        ("E", False),
        ("", None),
        ("ff", None),
        ('""', None),
    ],
)
def test_a_class_is_inpatient_by_the_table_of_the_source_and_never_by_guess(
    patient_class: str, is_inpatient: bool | None
) -> None:
    assert said(pv1={2: patient_class}).is_inpatient == is_inpatient


def test_another_source_has_another_table() -> None:
    platform = SourceProfile(inpatient=frozenset({"3"}), not_inpatient=frozenset({"1", "2"}))

    assert [said(pv1={2: code}, profile=platform).is_inpatient for code in ("1", "3", "I")] == [False, True, None]


@pytest.mark.parametrize(
    ("trigger", "pv1", "evn", "event_at"),
    [
        ("A01", {44: "20261122100000"}, "EVN|A01|20261122110000||||20261122120000", TEN),
        ("A01", {}, "EVN|A01|20261122110000||||20261122100000", TEN),
        ("A01", {}, "EVN|A01|20261122100000", TEN),
        ("A01", {44: '""'}, "", TEN.replace(minute=1)),
        ("A01", {44: "19000101000000"}, "EVN|A01|20261122100000", TEN),
        ("A01", {44: "20261122"}, "EVN|A01|20261122100000", TEN),
        ("A01", {44: "20261122000000"}, "EVN|A01|20261122000000||||20261122100000", TEN),
        ("A01", {44: "20261120"}, "EVN|A01|20261122100000", datetime(2026, 11, 20, tzinfo=SHANGHAI)),
        ("A03", {44: "20261101080000", 45: "20261122100000"}, "EVN|A03|20261122110000", TEN),
        ("A03", {44: "20261101080000"}, "EVN|A03|20261122100000", TEN),
        ("A02", {44: "20261101080000"}, "EVN|A02|20261122110000||||20261122100000", TEN),
        ("A06", {44: "20261101080000"}, "EVN|A06|20261122100000", TEN),
        ("A11", {44: "20261101080000"}, "EVN|A11|20261122020000+0000", TEN),
        ("A13", {45: "20261101080000"}, "EVN|A13|20261122100000", TEN),
    ],
)
def test_an_event_has_the_time_at_which_it_happened(
    trigger: str, pv1: dict[int, str], evn: str, event_at: datetime
) -> None:
    assert said(trigger, evn=evn, pv1=pv1).event_at == event_at


@pytest.mark.parametrize(
    ("evn", "recorded_at"),
    [
        ("EVN|A03|20261122100000||||20261122080000", TEN),
        ("EVN|A03|||||20261122080000", TEN.replace(minute=1)),
        ("", TEN.replace(minute=1)),
        ("EVN|A03|20261122", TEN.replace(minute=1)),
        ("EVN|A03|20261120", datetime(2026, 11, 20, tzinfo=SHANGHAI)),
    ],
)
def test_an_event_was_recorded_when_it_was_typed_whenever_it_happened(evn: str, recorded_at: datetime) -> None:
    pv1 = {44: "20261101080000", 45: "20261122070000"}

    assert said("A03", evn=evn, pv1=pv1).recorded_at == recorded_at


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("9505^^^4506^心内科", "心内科"),
        ("心内科^1203^05床^北京医院", "心内科"),
        ("神内^room1^bed4^^^住院楼^2", "神内"),
        ("^^^0304", "0304"),
        ("ICU^101^A", "ICU"),
        ("ICU^101^A^H^^^^^重症监护", "重症监护"),
        ('""', None),
        ("", None),
        ("^^^^^^^^", None),
    ],
)
def test_a_ward_has_the_name_that_people_use(sent: str, name: str | None) -> None:
    ward = said(pv1={3: sent}).ward

    assert (ward.name if ward else None) == name


def test_a_visit_that_is_a_count_needs_the_number_of_the_patient() -> None:
    counted = SourceProfile(visit_is_count=True)

    assert said(pid={3: "263656"}, pv1={19: "3"}, profile=counted).visit_number == "263656/3"
    assert said(pid={3: ""}, pv1={19: "3"}, profile=counted).visit_number == ""


@pytest.mark.parametrize(("processing_id", "publishes"), [("P", True), ("T", False), ("D", False), ("", False)])
def test_only_what_is_real_is_published_unless_the_source_is_a_test(processing_id: str, publishes: bool) -> None:
    assert SourceProfile().publishes(processing_id) == publishes
    assert SourceProfile(is_test=True).publishes(processing_id)


def test_the_profile_of_a_source_need_not_be_written_to_be_read() -> None:
    assert read_adt(read("\r".join([header(), "PID|1||7"]).encode())).sent_at == TEN.astimezone(UTC).replace(minute=1)


SCRAPS = ["|", "^", "~", "&", "\\", '""', "张", "20261122", "\\X", "ADT^A01", "1", "PID", "\r", "\n", " ", ZHANG]


@given(st.lists(st.sampled_from(SCRAPS), max_size=60).map("".join), st.sampled_from(["PID", "PV1", "EVN"]))
def test_any_fields_are_read_or_refused_and_nothing_else(scraps: str, name: str) -> None:
    try:
        read_adt(read(f"{header()}\rPID|1\rPV1|1\r".replace(f"{name}|1", f"{name}{scraps}").encode()))
    except Unreadable:
        pass
