"""How `harvester query` asks and answers: once, or at a prompt."""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harvester.cli.console.answer import print_answer
from harvester.cli.output import ensure_written, say
from harvester.cli.streams import takes_more
from harvester.errors import HarvesterError, SettingError
from harvester.run.visible import visible, visible_json
from harvester.stores import open_store
from harvester.zones.query.answer import QueryAnswer
from harvester.zones.query.formats import write_csv, write_json_rows, write_parquet
from harvester.zones.query.session import QuerySession, open_query_session
from harvester.zones.query.statements import read_statements

_PROMPT = "harvester> "
_MORE = "       ... "
_ENDS = {"exit", "quit"}


@dataclass(frozen=True, slots=True)
class Form:
    """In which form an answer is wanted, and in which file where it is Parquet."""

    name: Literal["table", "csv", "json"]
    parquet: Path | None = None

    def use(self) -> Callable[[QueryAnswer], None]:
        """Return what prints an answer, or writes its file."""
        path = self.parquet
        if path is not None:
            return lambda answer: write_parquet(answer, path)
        if self.name == "csv":
            # Where it is a file it is data; on a terminal no cell of it may steer that.
            cell = visible if sys.stdout.isatty() else str
            return lambda answer: write_csv(answer, _write, cell=cell)
        if self.name == "json":
            return lambda answer: write_json_rows(answer, lambda part: _write(visible_json(part)))
        return print_answer


def answer_all(lake: str, text: str, form: Form) -> None:
    """Answer the statements of a text, one after the other. Raises `HarvesterError`."""
    statements = read_statements(text)
    if not statements:
        raise SettingError('no SQL was given: try `harvester query "FROM dim_title LIMIT 5"`')
    if len(statements) > 1 and (form.parquet or form.name != "table"):
        raise SettingError("--csv, --json and --parquet take one statement, and here are several")

    async def answered() -> None:
        async with open_store(lake) as store, open_query_session(store) as session:
            for statement in statements:
                await session.answer(statement, form.use())

    asyncio.run(answered())
    ensure_written()


def open_prompt(lake: str, form: Form) -> None:
    """Ask for statements until Ctrl-D, and answer each; an error does not end the prompt."""
    if form.parquet is not None:
        raise SettingError("--parquet needs the SQL on the command line, or in a --file")
    with contextlib.suppress(ImportError):  # then there is no history
        import readline  # noqa: F401, PLC0415 - `input` uses it where it is there
    say(f"SQL about {lake}: a statement ends with ;, SHOW TABLES; names tables, Ctrl-D ends")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        session = runner.run(_enter(stack, lake))
        try:
            while (text := _read()) is not None:
                _answer_at_prompt(runner, session, text, form)
        finally:
            runner.run(stack.aclose())


async def _enter(stack: AsyncExitStack, lake: str) -> QuerySession:
    store = await stack.enter_async_context(open_store(lake))
    return await stack.enter_async_context(open_query_session(store))


def _answer_at_prompt(runner: asyncio.Runner, session: QuerySession, text: str, form: Form) -> None:
    try:
        for statement in read_statements(text):
            runner.run(session.answer(statement, form.use()))
    except HarvesterError as error:
        say(f"harvester: {error}")
    except KeyboardInterrupt:
        say("interrupted")


def _read() -> str | None:
    """Return the lines up to one that ends with `;`, or None at the end. Ctrl-C drops them."""
    lines: list[str] = []
    while True:
        try:
            line = input(_MORE if lines else _PROMPT)
        except EOFError:
            say("")
            return None
        except KeyboardInterrupt:
            say("")
            lines = []
            continue
        if not lines and line.strip().rstrip(";").casefold() in _ENDS:
            return None
        lines.append(line)
        if line.rstrip().endswith(";"):
            return "\n".join(lines)


def _write(part: str) -> bool:
    sys.stdout.buffer.write(part.encode())
    return takes_more()
