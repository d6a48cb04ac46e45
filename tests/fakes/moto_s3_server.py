"""moto's S3 server in this process: it accepts any key and any checksum."""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from s3_servers import S3Server
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import make_server
from werkzeug.wsgi import get_input_stream

_Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@contextmanager
def running_moto() -> Iterator[S3Server]:
    """Run moto on a free port of 127.0.0.1."""
    app = _one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield S3Server(f"http://127.0.0.1:{server.server_port}", "moto", "moto")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _one_at_a_time(app: _Application) -> _Application:
    """Look at a request's condition and carry it out in one step, as S3 does.

    moto looks whether a key is free, and then writes: of two threads at once both wrote.
    """
    lock = threading.Lock()

    def locked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:  # before the lock: who stalls keeps nobody waiting
            body = get_input_stream(environ).read()
        except ClientDisconnected as gone:
            return gone(environ, start_response)
        environ["wsgi.input"] = io.BytesIO(body)
        with lock:
            return app(environ, start_response)

    return locked
