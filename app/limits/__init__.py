"""What keeps the open internet out: one limit in each file, and at its top the attack it stops.

    protocol.py      the connection that uvicorn makes for each client, with all of these
    connections.py   how many there are, and how many requests are in flight
    idle.py          what idle connections hold, and which of them makes room
    portions.py      how much is read at a time
    heads.py         the size of a head, and the time to send it
    bodies.py        the size of a body, and the time to send it
    answers.py       the time to take an answer
    refusal.py       what a client is told, and how its connection ends
    admission.py     how many large and dear requests are in work, and how many wait

All but the last work on the bytes of a connection, where an application is too late: it is called
when a head is whole, and what it has not asked for is already in memory.
"""
