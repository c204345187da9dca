"""From bytes to behaviour: captures, packets, flows, context.

Rooms in the order of the data. ``capture`` reads frames from any source, ``packets`` dissects them into rows,
``flows`` says what conversation a packet belongs to, ``context`` what its hosts did lately; columns, not objects.
Beside them, ``summary`` counts what is in a capture, ``export`` writes the flow table as other tools know it, and
``records`` reads the flows that Zeek and Suricata have logged.

Nothing here knows of language, models or attacks.
"""
