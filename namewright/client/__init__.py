"""A client of the service: names and scores over HTTP, as the library gives them.

    from namewright.client import Client

    with Client("http://127.0.0.1:8000") as client:
        client.names(5, seed=42, temperature=0.8)
        client.score(["emma", "xqzt"])

`AsyncClient` is the same to be awaited. What the two do differently is wait; all else is here once:

    calls.py         what is asked: a request of names or scores, as HTTP has it
    names.py         what is answered, as the library has it
    row_stream.py    where a stream of names is, and how it goes on when it broke off
    batches.py       names to score, as many at a time as one request may have
    retries.py       what is tried again, how often, and after how long
    errors.py        what goes wrong
    transport.py     httpx, and nothing else knows it

It needs the extra `client`: pip install 'namewright[client]'.
"""

from namewright.client.asynchronous import AsyncClient as AsyncClient
from namewright.client.blocking import Client as Client
from namewright.client.errors import ClientError as ClientError
from namewright.client.names import Names as Names
from namewright.client.names import ScoredName as ScoredName
from namewright.client.retries import Retries as Retries
