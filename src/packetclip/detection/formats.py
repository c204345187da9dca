"""Stories for machines: JSON lines and EVE alerts. ``docs/formats.md`` describes every key.

Text is escaped: what a terminal would obey instead of show (control and format characters) leaves as ``\\u001b`` and
the like, over and above what JSON asks for.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from packetclip.detection.parties import is_address
from packetclip.detection.story import Story
from packetclip.language.knowledge import techniques
from packetclip.ledger import Ledger

EVE_SEVERITY: Final = {"critical": 1, "high": 1, "medium": 2, "low": 3}
"""EVE's scale: 1 is the most severe."""
SIGNATURE_SEVERITY: Final = {"critical": "Critical", "high": "Major", "medium": "Minor", "low": "Informational"}
FIRST_SID: Final = 1_000_000
"""Signature ids from here to 1,999,999 are for local use."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def story_line(story: Story) -> dict[str, Any]:
    """The story as a JSON object, keys as in docs/formats.md."""
    value = {
        "type": "story",
        "id": story.id,
        "mission": story.mission,
        "score": round(story.peak, 6),
        "severity": story.severity,
        "first_seen": story.first_ns / 1e9,
        "last_seen": story.last_ns / 1e9,
        "originators": list(story.originators),
        "targets": list(story.targets),
        "packets": story.packets,
        "flows": story.flows,
        "techniques": list(story.techniques),
        "sentence": story.sentence,
        "reasons": list(story.reasons),
    }
    return {key: _escaped(item) for key, item in value.items()}


def story_json(story: Story) -> bytes:
    """:func:`story_line` as one line of JSON, newline included."""
    return orjson.dumps(story_line(story), option=orjson.OPT_APPEND_NEWLINE)


def ledger_line(ledger: Ledger) -> dict[str, Any]:
    """The ledger as the last JSON object of a result."""
    return {key: _escaped(item) for key, item in ledger.as_dict().items()}


def ledger_json(ledger: Ledger) -> bytes:
    """:func:`ledger_line` as one line of JSON, newline included."""
    return orjson.dumps(ledger_line(ledger), option=orjson.OPT_APPEND_NEWLINE)


def eve_record(story: Story, sensor: str | None = None) -> dict[str, Any]:
    """The story as an EVE record (Suricata's JSON), event type ``alert``; ``sensor`` becomes ``host``.

    The 5-tuple is that of the story's first packet of evidence, from originator to responder. EVE has a place for one
    flow only; all originators and targets stand under ``packetclip``.
    """
    ends = story.endpoints
    record: dict[str, Any] = {
        "timestamp": eve_time(story.first_ns),
        "flow_id": flow_id(story),
        "event_type": "alert",
    }
    if sensor is not None:
        record["host"] = sensor
    # Readers of EVE parse these as IP addresses; hardware addresses have a place of their own.
    ether = {}
    for key, mac, text in (("src_ip", "src_mac", ends.originator), ("dest_ip", "dest_mac", ends.target)):
        if is_address(text):
            record[key] = text
        else:
            ether[mac] = text
    if ends.protocol in ("TCP", "UDP", "SCTP"):
        record["src_port"] = ends.originator_port
        record["dest_port"] = ends.target_port
    record["proto"] = ends.protocol
    if ether:
        record["ether"] = ether
    if ends.community_id:
        record["community_id"] = ends.community_id
    record["alert"] = _alert(story)
    line = story_line(story)
    del line["type"]
    record["packetclip"] = {
        **line,
        "label": story.label,
        "mean_score": round(story.mean, 6),
        "originator_count": story.originator_count,
        "target_count": story.target_count,
    }
    return {key: _escaped(item) for key, item in record.items()}


def eve_json(story: Story, sensor: str | None = None) -> bytes:
    """:func:`eve_record` as one line of JSON, newline included."""
    return orjson.dumps(eve_record(story, sensor), option=orjson.OPT_APPEND_NEWLINE)


def eve_time(time_ns: int) -> str:
    """``2026-11-23T18:50:01.123456+0000``, as Suricata writes it."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):  # a corrupt time beyond the year 9999
        moment = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest // 1000:06d}+0000"


def flow_id(story: Story) -> int:
    """A number below 2**53, so that every JSON reader keeps it whole; the same for the same story."""
    return int(story.id, 16) & ((1 << 53) - 1)


def signature_id(mission: str) -> int:
    """A mission's number, made from its name: stable across models and versions."""
    digest = hashlib.blake2b(mission.encode(), digest_size=8).digest()
    return FIRST_SID + int.from_bytes(digest, "big") % 1_000_000


def _alert(story: Story) -> dict[str, Any]:
    known = [technique for name in story.techniques if (technique := techniques().get(name)) is not None]
    metadata: dict[str, list[str]] = {
        "confidence": ["High" if story.mean >= 0.9 else "Medium" if story.mean >= 0.7 else "Low"],
        "signature_severity": [SIGNATURE_SEVERITY.get(story.severity, "Minor")],
        "mitre_technique_id": list(story.techniques),
    }
    if known:
        metadata["mitre_technique_name"] = [technique.name.replace(" ", "_") for technique in known]
        tactics = dict.fromkeys(tactic for technique in known for tactic in technique.tactics)
        metadata["mitre_tactic_name"] = [tactic.replace("-", "_").title() for tactic in tactics]
    return {
        "action": "allowed",
        "gid": 1,
        "signature_id": signature_id(story.mission),
        "rev": 1,
        "signature": f"packetclip {story.label}",
        "category": known[0].name if known else story.label,
        "severity": EVE_SEVERITY.get(story.severity, 2),
        "metadata": metadata,
    }


def escaped(text: str) -> str:
    r"""Control and format characters as ``\u`` escapes.

    >>> escaped("a\x1b[31mb")
    'a\\u001b[31mb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if unicodedata.category(c) not in _UNSEEN else f"\\u{ord(c):04x}" for c in text)


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {escaped(str(key)): _escaped(item) for key, item in value.items()}
    return value
