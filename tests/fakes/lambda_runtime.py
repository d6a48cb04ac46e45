"""Lambda's Runtime API on loopback, and functions run under AWS's own runtime client against it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of an invocation: a result, or an error's type and message."""

    result: dict[str, Any] = field(default_factory=dict)
    error_type: str = ""
    error_message: str = ""


@dataclass(slots=True)
class Function:
    """One execution environment: a process that stays warm until the block ends."""

    process: asyncio.subprocess.Process | None = None
    _waiting: asyncio.Queue[tuple[str, Any, float]] = field(default_factory=asyncio.Queue)
    _answers: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)
    out: bytes = b""

    async def invoke(self, event: Any, *, seconds: float = 900) -> Answer:
        """Invoke the function with `seconds` until its deadline."""
        request = uuid.uuid4().hex
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answers[request] = answer
        await self._waiting.put((request, event, time.time() + seconds))
        return await answer

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines that the function wrote to stdout so far."""
        lines = self.out.decode().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    async def next(self, _request: web.Request) -> web.Response:
        """Respond to `invocation/next` once there is an event."""
        request, event, deadline = await self._waiting.get()
        return web.Response(
            body=json.dumps(event).encode(),
            headers={
                "Content-Type": "application/json",  # with a parameter, the client returns bytes
                "Lambda-Runtime-Aws-Request-Id": request,
                "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:1:function:it",
            },
        )

    async def response(self, request: web.Request) -> web.Response:
        """Receive an invocation's result."""
        result = await request.json()
        self._answers.pop(request.match_info["id"]).set_result(Answer(result))
        return web.Response(status=202)

    async def error(self, request: web.Request) -> web.Response:
        """Receive an error of an invocation, or of the initialization."""
        error = await request.json()
        answer = Answer({}, error["errorType"], error["errorMessage"])
        waiting = self._answers.pop(request.match_info.get("id", ""), None)
        if waiting is not None:
            waiting.set_result(answer)
        return web.Response(status=202)

    async def read(self, stream: asyncio.StreamReader) -> None:
        """Keep what the function writes."""
        while piece := await stream.read(65536):
            self.out += piece


@asynccontextmanager
async def running_function(
    environ: dict[str, str],
    *,
    handler: str = "handlers.aws_lambda.handler",
    python: str = sys.executable,
    path: tuple[Path, ...] = (ROOT,),
    flags: tuple[str, ...] = (),
) -> AsyncIterator[Function]:
    """Run a handler under awslambdaric until the block ends.

    `path` becomes PYTHONPATH, and `environ` is added to this process's environment.
    """
    function = Function()
    app = web.Application(client_max_size=8 << 20)
    base = "/2018-06-01/runtime"
    app.router.add_get(f"{base}/invocation/next", function.next)
    app.router.add_post(f"{base}/invocation/{{id}}/response", function.response)
    app.router.add_post(f"{base}/invocation/{{id}}/error", function.error)
    app.router.add_post(f"{base}/init/error", function.error)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    process = await asyncio.create_subprocess_exec(
        python,
        *flags,
        "-m",
        "awslambdaric",
        handler,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            **os.environ,
            "AWS_LAMBDA_RUNTIME_API": f"{host}:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": "it",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_LOG_STREAM_NAME": uuid.uuid4().hex,
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environ,
        },
    )
    function.process = process
    assert process.stdout is not None
    reading = asyncio.create_task(function.read(process.stdout))
    try:
        yield function
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading
        await runner.cleanup()
