"""A wire between a client and a server that loses an answer when told to: the write happens, and nobody hears of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class LossyProxy:
    """Listens on loopback TCP and passes everything on to a unix socket."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._lose_answer_to = b""
        self.lost = 0
        self.port = 0
        self._wires: set[asyncio.Task[object]] = set()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def lose_next_answer_to(self, command: bytes) -> None:
        """Let the server perform the next such command, then break the connection instead of passing its answer on."""
        self._lose_answer_to = command

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LossyProxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()
            if self._wires:  # they end when their clients close, and must not outlive the event loop
                await asyncio.wait(self._wires, timeout=5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = asyncio.current_task()
        if wire is not None:
            self._wires.add(wire)
            wire.add_done_callback(self._wires.discard)
        from_server, to_server = await asyncio.open_unix_connection(self._socket)
        losing = asyncio.Event()

        async def up() -> None:
            while data := await reader.read(65536):
                if self._lose_answer_to and self._lose_answer_to in data:
                    self._lose_answer_to = b""
                    losing.set()
                to_server.write(data)
                await to_server.drain()

        async def down() -> None:
            while data := await from_server.read(65536):
                if losing.is_set():
                    self.lost += 1
                    return
                writer.write(data)
                await writer.drain()

        tasks = {asyncio.create_task(up()), asyncio.create_task(down())}
        with suppress(ConnectionError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for end in (to_server, writer):
            end.close()
            with suppress(ConnectionError):
                await end.wait_closed()
