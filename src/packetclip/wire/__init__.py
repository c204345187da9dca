"""From bytes to behaviour: captures, packets, flows, context.

Four rooms in the order of the data. ``capture`` reads frames from any source, ``packets`` dissects them into rows,
``flows`` says what conversation a packet belongs to, ``context`` what its hosts did lately. Columns, not objects.

Nothing here knows of language, models or attacks.
"""
