"""uvicorn's server, which looks after its connections, drains before it stops, and reloads.

    SIGTERM    not ready at once; after the drain delay it takes no more requests, finishes those in
               work, cuts off clients that stall, and exits with 0; another one ends the delay,
               if it comes more than a second after the first
    SIGINT     the same without the delay, and the exit code of an interrupt
    SIGHUP     loads the models anew: all of them, or, where one is at fault, none
    SIGUSR1, SIGUSR2    nothing

The attack: a client that has sent half a request, or does not read its answer, and so keeps a
service that wants to stop from stopping.
"""

import asyncio
import logging
import os
import signal
import socket
import threading
import time
from types import FrameType

import uvicorn

from . import memory
from .limits.protocol import Protocol
from .limits.refusal import Guard
from .logs import configuration
from .settings import Settings

log = logging.getLogger("namewright")

SWEEP = 5
"""Connections are looked after every so many tenths of a second."""

SWEPT_TOGETHER = 16
"""How many of them are looked after before others have a turn."""

TIDY = 10
"""Memory is given back every so many tenths of a second, where something large was let go of."""

HEAD_START = 0.02
"""Seconds for who has waited for the start: loading takes the interpreter in turn with answers."""

SAME = 1.0
"""Seconds in which a second signal is the first one again: who sends it to all processes of a
service, as systemd and a terminal do, sends it to the workers too, and their parent tells them."""

PATIENCE = 2.0
"""Seconds that a client may stall when the service stops."""


def configure(app: object, settings: Settings, **more: object) -> uvicorn.Config:
    """How uvicorn serves an application, or the factory of one that is named `module:function`."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=configuration(settings),
        access_log=False,  # the application has its own
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=int(settings.shutdown_timeout) + 1,
        **more,  # type: ignore[arg-type]
    )


class Server(uvicorn.Server):
    """A server of one process; `Settings` say how long it waits for what.

    `parent` is the process without which a worker is not to go on.
    """

    def __init__(
        self, config: uvicorn.Config, settings: Settings, parent: int | None = None
    ) -> None:
        super().__init__(config)
        self.settings, self.parent = settings, parent
        self.told: dict[int, float] = {}
        """When each signal came for the first time."""
        self.loading: asyncio.Task[None] | None = None
        self.reloading: asyncio.Task[None] | None = None
        self.fault: Exception | None = None

    @property
    def guard(self) -> Guard:
        """What the application and its connections share."""
        guard: Guard = self.lifespan.state["guard"]
        return guard

    @property
    def draining_since(self) -> float | None:
        """When SIGTERM came; None where it has not."""
        return self.told.get(signal.SIGTERM)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's; from now on the signals that are not uvicorn's do what is said above."""
        await super().startup(sockets)
        self.guard.ready = False
        self.loading = asyncio.create_task(self.load())
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP"):
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGHUP, self.reload)
            for number in (signal.SIGUSR1, signal.SIGUSR2):
                loop.add_signal_handler(number, log.info, "%s does nothing", number.name)

    async def load(self) -> None:
        """Load what is not loaded yet, beside the requests; then it is ready, or has to end."""
        try:
            await asyncio.sleep(HEAD_START)
            await asyncio.to_thread(self.guard.load)
        except Exception as error:  # noqa: BLE001 - `serve` raises it, when this has ended
            self.fault = error
            self.should_exit = True
        else:
            self.guard.ready = self.draining_since is None
            log.info("all models are loaded")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM begins the drain; another one, later, and SIGINT, end it."""
        now, first = time.monotonic(), self.told.get(sig)
        if first is None:
            self.told[sig] = now
        elif now - first < SAME:
            return
        if sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
        elif first is not None:
            self.should_exit = True
        elif self.started:
            self.guard.ready = False

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: sweep, and see whether the drain is over."""
        if counter % SWEEP == 0:
            await self.sweep()
        if counter % TIDY == 0 and self.guard.untidy and not self.server_state.tasks:
            self.guard.untidy = False
            memory.tidy()
        if self.parent is not None and os.getppid() != self.parent:
            self.should_exit = True
        if self.draining_since is not None:
            drained = time.monotonic() - self.draining_since >= self.settings.drain_delay
            self.should_exit = self.should_exit or drained
        return await super().on_tick(counter)

    @property
    def connections(self) -> list[Protocol]:
        """Those there are now."""
        return [each for each in self.server_state.connections if isinstance(each, Protocol)]

    async def sweep(self) -> None:
        """Let each connection look for what has taken too long, a few in each turn of the loop.

        What hundreds have opened at one time runs out of time at one time; and a request that is
        refused is counted and logged as any other is, which takes memory until it is done.
        """
        now = asyncio.get_running_loop().time()
        for number, connection in enumerate(self.connections, 1):
            connection.sweep(now)
            if number % SWEPT_TOGETHER == 0:
                await asyncio.sleep(0)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, but no client can hold it up."""
        self.guard.ready = False
        cutting = asyncio.create_task(self.cut())
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()

    async def cut(self) -> None:
        """Cut off the clients that stall, and when the time is over, all."""
        loop = asyncio.get_running_loop()
        over = loop.time() + self.settings.shutdown_timeout
        while (now := loop.time()) < over:
            await self.sweep()
            for connection in self.connections:
                if connection.waited(now) > PATIENCE:
                    connection.transport.abort()
            await asyncio.sleep(min(SWEEP / 10, over - now))
        for connection in self.connections:
            connection.transport.abort()

    def reload(self) -> None:
        """Load the models anew, beside the requests, unless that is being done already."""
        if self.reloading is None or self.reloading.done():
            self.reloading = asyncio.create_task(self.load_anew())

    async def load_anew(self) -> None:
        """The same; and the memory of the models before is given back."""
        await self.guard.reload()
        self.guard.untidy = True
