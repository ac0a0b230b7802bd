"""The size of a request's body, and the time to send it: 413, 408.

The attacks: 200 MB, announced or in chunks, to any path; 100 MB, over and over, broken off before
the end; a body that stays half sent.
"""

from ..negotiation import is_lines
from ..settings import Settings
from .refusal import Guarded, Refusal

FRAMING = 2
"""A chunked body may take twice its size on the wire: what there is more is no body."""


def too_large(most: int) -> Refusal:
    """Too many bytes."""
    detail = f"a body has at most {most:,} bytes; send fewer names at a time"
    return Refusal("body", 413, detail)


def too_slow(limits: Settings) -> Refusal:
    """A body that is not there in time."""
    seconds = limits.body_timeout
    return Refusal("body_timeout", 408, f"a request's body arrives within {seconds:g} seconds")


class Bodies(Guarded):
    """A protocol that bounds bodies, by what is announced and by what arrives."""

    content_length = 0
    content_type: bytes | None = None
    max_body = 0
    body_size = 0
    body_on_the_wire = 0
    body_since: float | None = None

    def on_message_begin(self) -> None:
        """Nothing is announced yet."""
        super().on_message_begin()
        self.content_length, self.content_type = 0, None
        self.max_body = self.limits.max_body

    def on_header(self, name: bytes, value: bytes) -> None:
        """See what is announced; the parser has checked that it is a number."""
        super().on_header(name, value)
        if len(name) == 14 and name.lower() == b"content-length":
            self.content_length = int(value)
        elif len(name) == 12 and name.lower() == b"content-type" and self.content_type is None:
            self.content_type = value  # the first, as the application has it
            if is_lines(value.decode("latin-1")):
                self.max_body = self.limits.max_lines

    def on_headers_complete(self) -> None:
        """Refuse what is announced as too large before any of it is read."""
        if self.content_length > self.max_body:
            raise too_large(self.max_body)
        self.body_size = self.body_on_the_wire = 0
        self.body_since = self.loop.time()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count the framing of chunks too."""
        was_in_body = self.body_since is not None
        super().data_received(data)
        if was_in_body and self.body_since is not None:
            self.body_on_the_wire += len(data)
            if self.body_on_the_wire > FRAMING * self.max_body:
                self.refuse(too_large(self.max_body))

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.body_size += len(body)
        if self.body_size > self.max_body:
            raise too_large(self.max_body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The body is whole."""
        self.body_since = None
        super().on_message_complete()

    def waited(self, now: float) -> float:
        """For the rest of a body, too."""
        half_sent = 0.0 if self.body_since is None else now - self.body_since
        return max(half_sent, super().waited(now))

    def sweep(self, now: float) -> None:
        """End what has waited too long for a body."""
        super().sweep(now)
        if self.body_since is not None and now - self.body_since > self.limits.body_timeout:
            self.refuse(too_slow(self.limits))
