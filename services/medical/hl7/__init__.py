"""HL7 v2 as hospitals really send it: any charset, any delimiters, and one error for what is beyond reading."""

from services.medical.hl7.charset import decode
from services.medical.hl7.escapes import DELETED, Delimiters, escape, unescape
from services.medical.hl7.message import Flaw, Header, Message, Unreadable, header_of, read
from services.medical.hl7.times import SHANGHAI, day, instant

__all__ = [
    "DELETED",
    "SHANGHAI",
    "Delimiters",
    "Flaw",
    "Header",
    "Message",
    "Unreadable",
    "day",
    "decode",
    "escape",
    "header_of",
    "instant",
    "read",
    "unescape",
]
