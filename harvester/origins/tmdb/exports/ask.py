"""`tmdb:export/movies`: all titles of TMDB, out of the day's file, which the lake keeps."""

import asyncio
from dataclasses import replace
from typing import Final

from harvester.errors import InputError
from harvester.lake import keys
from harvester.lake.feeding import feed
from harvester.lake.title_ids import unpack
from harvester.origins.origin import Evidence, Found
from harvester.origins.tmdb.exports.download import download
from harvester.origins.tmdb.exports.export_file import Export, export_of
from harvester.origins.tmdb.exports.reader import ExportReader, ExportTitles
from harvester.origins.tmdb.questions.question import Question
from harvester.stores import Store
from harvester.words import counted

MAX_DIFFERENCE: Final = 0.2
"""Of the lines of the lake's newest export: TMDB grows by a thousandth a day."""

_CHUNK: Final = 1 << 16
_SHOWN: Final = 10
_ORIGIN: Final = "TMDB"


async def export_titles(
    question: Question, exports_url: str, store: Store, evidence: Evidence
) -> Found:
    """Return the titles of the newest file, most popular first; `evidence` gets the file.

    Raises `InputError` when the file is damaged, or has a fifth more or fewer lines than the
    newest in the lake; `UpstreamDown`.
    """
    export = Export(question.name)
    file = await download(exports_url, export, evidence.folder())
    reader = ExportReader(
        file.path.name,
        export,
        least=float(question.parameters.get("popularity", "0")),
        with_videos=question.parameters.get("video") != "no",
    )
    with file.path.open("rb") as stored:
        while chunk := stored.read(_CHUNK):
            for _ in reader.feed(chunk):
                await asyncio.sleep(0)  # a signal may be pending
    titles = reader.close()
    await _check_count(titles, file.path.name, export, store)
    if not titles.numbers:
        raise InputError(
            f"{question}: none of {counted(titles.lines, 'title')} is left by this choice"
        )
    key = keys.export_key(_ORIGIN, export.kind, file.day, file.path.name)
    evidence.file(key, file.path, file.sha256)
    facts = replace(
        question.facts,
        rows=titles.lines,
        distinct=len(titles.numbers),
        rejected=titles.bad,
        rejects=titles.rejects,
        answer=f"export of all {export.name.replace('-', ' ')} of {file.day}",
    )
    shown = (unpack(number).replace(":", "/") for number in titles.numbers[:_SHOWN])
    return Found(facts, titles.numbers, tuple(f"tmdb:{one}" for one in shown))


async def _check_count(titles: ExportTitles, name: str, export: Export, store: Store) -> None:
    newest = ""
    async for entry in store.list(keys.export_prefix(_ORIGIN, export.kind)):
        if export_of(entry.key.rpartition("/")[2]) == export:
            newest = max(newest, entry.key)
    if not newest:
        return
    before = ExportReader(newest, export, least=float("inf"))
    await feed(before, store.stream(newest))
    lines = before.close().lines
    if abs(titles.lines - lines) > MAX_DIFFERENCE * lines:
        raise InputError(
            f"{name} has {counted(titles.lines, 'title')} where {newest} has {lines:,}, more than "
            "a fifth apart: see the file; if it is right, move the lake's away"
        )
