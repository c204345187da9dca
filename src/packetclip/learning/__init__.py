"""Learning: columns, sentences and missions in, a model's folder out.

Three rooms: ``encoders`` (what turns a packet into a vector), ``contrastive`` (pre-training that brings packets and
sentences together, without labels) and ``reasoning`` (graphs, memory and decisions, with labels). Here and in
``benchmark`` torch may be imported, nowhere else.

It is not needed to detect anything: what was learned leaves as ONNX and tables, and the runtime in ``model`` knows
nothing of this room. It opens no dataset: whoever trains hands in captures or arrays.
"""

__all__: list[str] = []  # three rooms with faces of their own; importing one must not import the others
