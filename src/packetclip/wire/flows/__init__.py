"""Flows: who began a conversation, how it went, and what it is at each of its packets.

A flow is what Zeek calls a connection: packets of one protocol between two endpoints, both ways, until it times out or
its key is used anew. :class:`FlowTracker` takes batches of packets and gives a row beside each (:class:`FlowSteps`)
that knows nothing of later packets, and a table of all flows with Zeek's conn_state and history and the community id.

It is no reassembly: payload is counted, never looked at. It remembers nothing across flows; what hosts did lately is
the business of :mod:`packetclip.wire.context`.
"""

from packetclip.wire.flows.community_id import community_id
from packetclip.wire.flows.endings import END_REASONS
from packetclip.wire.flows.likely import LIKELY_SERVER_PORTS
from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.flows.steps import (
    ANSWERED,
    BEGUN,
    CLOSED,
    ESTABLISHED,
    ORIG_DATA,
    REJECTED,
    RESET,
    RESP_DATA,
    RETRANSMITTED,
    STEP,
    STEP_COLUMNS,
    FlowSteps,
)
from packetclip.wire.flows.table import FLOW, FLOW_COLUMNS, FlowTable
from packetclip.wire.flows.tracker import FlowConfig, FlowTracker

__all__ = [
    "ANSWERED",
    "BEGUN",
    "CLOSED",
    "CONN_STATES",
    "END_REASONS",
    "ESTABLISHED",
    "FLOW",
    "FLOW_COLUMNS",
    "LIKELY_SERVER_PORTS",
    "ORIG_DATA",
    "REJECTED",
    "RESET",
    "RESP_DATA",
    "RETRANSMITTED",
    "STEP",
    "STEP_COLUMNS",
    "FlowConfig",
    "FlowSteps",
    "FlowTable",
    "FlowTracker",
    "community_id",
]
