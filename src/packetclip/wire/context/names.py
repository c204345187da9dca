"""What the originator asked of DNS lately, in all and under one parent name."""
from __future__ import annotations
from typing import Final
from packetclip.wire.context.schema import Field, windowed

FIELDS: Final = (
    *windowed("dns_queries", "queries", "DNS queries of the originator"),
    *windowed("dns_new_names", "names", "names that the originator had not asked for in the last ten minutes"),
    *windowed("dns_failures", "responses", "DNS responses to the originator with an error code"),
    *windowed("dns_odd_types", "queries", "DNS queries of the originator of types that clients seldom ask"),
    *windowed("dns_server_queries", "queries", "DNS queries of anyone to this responder"),
    *windowed("dns_server_names", "names", "names asked of this responder that nobody had asked it in the last ten minutes"),
    *windowed("dns_server_failures", "responses", "DNS responses of this responder with an error code"),
    *windowed("zone_queries", "queries", "DNS queries of the originator under this name's last two labels"),
    *windowed("zone_names", "names", "new names of the originator under this name's last two labels"),
    Field("zone_name_length", "bytes", "mean length of names asked for under the parent (recent ones count more)", "0 outside DNS"),
    Field("zone_name_entropy", "bits", "mean entropy of those names, bits a byte", "0 outside DNS", log=False),
    Field("zone_longest_label", "bytes", "mean length of the longest label of those names", "0 outside DNS"),
    Field("zone_odd_share", "share", "share of odd question types under the parent", "0 outside DNS", log=False),
    Field("zone_answer_bytes", "bytes", "mean payload of responses under the parent", "0 outside DNS"),
)
