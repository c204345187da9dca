"""Sentences about traffic, made from facts: a row of the context in, an analyst's description out.

The fact catalogue (`facts.FACTS`) says what is worth telling, from when on and in which words; `sentences.SENTENCES`
combines facts in reading order; `caption` tells all of a row, `training_caption` a few sentences drawn by a seed. Every
number is rounded to two significant digits and remembers the field it came from (`Said.numbers`), so a test can prove
it true. Counts over a window come from decaying sums: "in the last ten seconds" means that recent events count more
and older ones fade, there by about a tenth each second; at a steady pace it is the count in ten seconds. Captions
that mean the same share a signature (`fact_signature`); `signature_vectors` and `disagreement` give it as matrices.

This is not where traffic is judged: no sentence names or hints a class, and labels never come here. Nor do captions
know addresses, ports as numbers or names; text for people that shows them is `describe_flow`'s, kept apart because a
model must not learn from it. Nothing is drawn from a clock or a global seed: same row, same variant, same words.
"""

from packetclip.language.captions.about_record import RECORD_SENTENCES, record_caption, record_said
from packetclip.language.captions.caption import (
    Caption,
    caption,
    said_of,
    training_caption,
    write_training_caption,
)
from packetclip.language.captions.display import Ends, describe_flow, escape, title_of
from packetclip.language.captions.draft import Number, Said
from packetclip.language.captions.fact import Fact
from packetclip.language.captions.facts import FACTS, notable
from packetclip.language.captions.sentences import SENTENCES
from packetclip.language.captions.signature import (
    BITS,
    Bit,
    disagreement,
    fact_signature,
    said_mask,
    signature_vectors,
)

__all__ = [
    "BITS",
    "FACTS",
    "RECORD_SENTENCES",
    "SENTENCES",
    "Bit",
    "Caption",
    "Ends",
    "Fact",
    "Number",
    "Said",
    "caption",
    "describe_flow",
    "disagreement",
    "escape",
    "fact_signature",
    "notable",
    "record_caption",
    "record_said",
    "said_mask",
    "said_of",
    "signature_vectors",
    "title_of",
    "training_caption",
    "write_training_caption",
]
