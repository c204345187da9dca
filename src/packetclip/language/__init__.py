"""Language: what traffic looks like in words, words as vectors, and what is known about kinds of traffic.

Three rooms. :mod:`~packetclip.language.captions` turns facts of the context into sentences,
:mod:`~packetclip.language.text` turns sentences into vectors, and :mod:`~packetclip.language.knowledge` holds missions:
graphs of concepts, each a sentence and the facts that would show it.

No room here reads packets, scores them or trains: words come from facts, never from labels.
"""
