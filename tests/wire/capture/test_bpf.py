from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from packetclip.errors import CaptureError, UsageError
from packetclip.wire.capture import bpf

RETURN = 0x06


@pytest.fixture
def libpcap() -> Iterator[None]:
    try:
        bpf._libpcap()
    except CaptureError as error:
        pytest.skip(str(error))
    return


@pytest.mark.usefixtures("libpcap")
def test_an_expression_becomes_a_program_that_keeps_the_snap_length() -> None:
    program = list(struct.iter_unpack("=HBBI", bpf.program("tcp port 80", "no such interface", 1, 96)))
    kept = {value for code, _, _, value in program if code == RETURN}
    assert kept == {0, 96}
    assert len(program) > 5


@pytest.mark.usefixtures("libpcap")
def test_nonsense_is_a_question_asked_wrongly() -> None:
    with pytest.raises(UsageError, match="'tcp prt 80' cannot be compiled"):
        bpf.program("tcp prt 80", "eth0", 12, 96)
    with pytest.raises(UsageError, match="cannot be compiled"):
        bpf.program("ether host 1:2:3:4:5:6", "tun0", 12, 96)  # raw IP has no such addresses


def test_without_libpcap_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str | None) -> None:
        raise OSError(name)

    monkeypatch.setattr(bpf.ctypes, "CDLL", absent)
    with pytest.raises(CaptureError, match="apt install libpcap"):
        bpf.program("tcp", "eth0", 1, 96)
