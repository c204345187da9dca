"""Standard input that comes slowly, and how it is told to end."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import Ending, Piped, on_signals
from tests.wire.capture import making

PCAP = making.pcap([(i, 0, bytes([i])) for i in range(4)])


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[BinaryIO]:
    """The other end of standard input."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "r") as stdin, os.fdopen(writing, "wb", buffering=0) as out:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield out


def test_packets_come_before_the_pipe_is_full_or_closed(writer: BinaryIO) -> None:
    writer.write(PCAP[:-1])
    batches = capture.read("-")
    assert making.plain([next(batches)]) == [(i * 10**9, 1, 1, bytes([i])) for i in range(3)]
    writer.write(PCAP[-1:])
    assert len(next(batches)) == 1
    writer.close()
    assert list(batches) == []


def test_a_series_of_trickles_is_one_batch(writer: BinaryIO) -> None:
    def trickle() -> None:
        for i in range(len(PCAP)):
            writer.write(PCAP[i : i + 1])
        writer.close()

    thread = threading.Thread(target=trickle)
    thread.start()
    assert len(making.plain(capture.read("-"))) == 4
    thread.join()


def test_told_to_end_it_gives_what_the_writer_still_gives(writer: BinaryIO) -> None:
    ending, ledger = Ending(), Ledger()
    batches = capture.read(Piped(ending), ledger)
    writer.write(PCAP[:-17])
    assert len(next(batches)) == 3
    ending.ask()
    writer.write(PCAP[-17:-5])
    assert list(batches) == []
    assert not ledger.warnings, "told to end in the middle of a record"
    assert Piped(ending) == capture.STDIN


def test_told_to_end_before_the_first_byte(writer: BinaryIO) -> None:
    ending = Ending()
    ending.ask()
    assert list(capture.read(Piped(ending))) == []


def test_a_writer_that_does_not_stop_is_given_up(writer: BinaryIO) -> None:
    ending = Ending()
    stop = threading.Event()

    def babble() -> None:
        writer.write(PCAP)
        while not stop.is_set():
            writer.write(PCAP[-17:])
            time.sleep(0.01)

    thread = threading.Thread(target=babble)
    thread.start()
    batches = capture.read(Piped(ending))
    assert len(next(batches)) >= 4
    ending.ask()
    for _ in batches:
        pass
    stop.set()
    thread.join()


def test_the_first_signal_asks_and_the_second_interrupts() -> None:
    ending = Ending()
    with pytest.raises(KeyboardInterrupt), on_signals(ending):
        assert not ending.asked
        os.kill(os.getpid(), signal.SIGINT)
        assert ending.asked
        assert ending.signal == signal.SIGINT
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)


def test_signals_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    ending = Ending()
    with on_signals(ending):
        os.kill(os.getpid(), signal.SIGTERM)
        assert ending.signal == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
    thread = threading.Thread(target=lambda: on_signals(ending).__enter__())
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is before
