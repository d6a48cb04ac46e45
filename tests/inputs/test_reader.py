"""From one input's bytes to distinct ids: formats, ids, filters, kinds, and what is refused."""

import gzip
import hashlib
import zlib
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import pytest
from reading import genres, read

from harvester.errors import InputError
from harvester.inputs.imdb_id import listed_id, number_of
from harvester.inputs.reader import TitleReader
from harvester.lake import gunzip
from harvester.lake.conditions import Condition
from harvester.lake.title_ids import pack
from harvester.lake.title_table import TitleTable
from harvester.model import InputFacts, Reject

SHARED = Path(__file__).parents[2].parent / "shared" / "csv"
MOVIES = (
    "id|tituloPincipal|tituloOriginal|anoLancamento|tempoMinutos|genero|notaMedia|numeroVotos|"
    "generoArtista|personagem|nomeArtista|anoNascimento|anoFalecimento|profissao|"
    "titulosMaisConhecidos"
)
SERIES = MOVIES.replace("anoLancamento|", "anoLancamento|anoTermino|")


def movie(imdb_id: str, title: str = "Um Filme", genres: str = "Drama") -> str:
    """Return a made-up row of the course's movies.csv."""
    return (
        f"{imdb_id}|{title}|{title}|1999|90|{genres}|7.1|10|actor|\\N|Alguém|\\N|\\N|actor|"
        "tt7777777,tt8888888"
    )


def pipes(*rows: str) -> str:
    """Return a movies.csv of these rows."""
    return "\n".join((MOVIES, *rows, ""))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tt0111161", 111161),
        ("TT0111161", 111161),
        ("  tt0111161\t", 111161),
        ("114709", 114709),
        ("tt114709", 114709),
        ("114709.0", 114709),
        ("tt10356932", 10356932),
        ("tt9999999999", 9999999999),
        ("", None),
        ("\\N", None),
        ("tt", None),
        ("tt0000000", None),
        ("0", None),
        ("-5", None),
        ("nm0000123", None),
        ("tt01111610000", None),
        ("114709.5", None),
        ("tt114709.0", None),
        ("tt0111161x", None),
        ("tt\u0660\u0661\u0661\u0661\u0661\u0666\u0661", None),
    ],
)
def test_number_of(text: str, number: int | None) -> None:
    """Ids survive case, white space, lost padding and pandas' floats; nothing else is an id."""
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("tt0111161", 111161),
        ("114709.0", 114709),
        ("movie:278", pack("movie:278")),
        (" tv:1399\r", pack("tv:1399")),
        ("movie:9999999999", pack("movie:9999999999")),
        ("", None),
        ("movie:", None),
        ("movie:0", None),
        ("movie:0278", None),
        ("movie:-1", None),
        ("movie:278.0", None),
        ("movie:10000000000", None),
        ("movie:tt0111161", None),
        ("MOVIE:278", None),
        ("movie: 278", None),
        ("series:1399", None),
        ("tmdb:movie/278", None),
        ("278:movie", None),
        ("movie:\u0662\u0667\u0668", None),
    ],
)
def test_listed_id(text: str, packed: int | None) -> None:
    """A line of a list names a title by IMDb's id, or by TMDB's own as the plan writes it."""
    assert listed_id(text) == packed


def test_facts_of_a_course_file() -> None:
    """Every field of the facts: every row counts, each id once, and the stored bytes are hashed."""
    data = pipes(movie("tt0000009"), movie("tt0000009"), movie("nm0000123"), "", movie("tt1"))
    facts, numbers = read(data, "Raw/movies.csv")
    assert numbers == [9, 1]
    assert facts == InputFacts(
        name="Raw/movies.csv",
        kind="movie",
        bytes=len(data.encode()),
        sha256=hashlib.sha256(data.encode()).hexdigest(),
        rows=4,
        distinct=2,
        rejected=1,
        rejects=(Reject(4, movie("nm0000123")[:80], "'nm0000123' is not an IMDb title id"),),
        shared=0,
        filtered=0,
    )


def test_a_quote_is_a_character_between_pipes() -> None:
    """In the `|` format a title that begins with a quote does not swallow what follows."""
    facts, numbers = read(pipes(movie("tt0000001", '"Ousado'), movie("tt0000002"), movie("tt3")))
    assert numbers == [1, 2, 3]
    assert facts.rejected == 0


def test_other_columns_are_never_scanned() -> None:
    """Ids in `titulosMaisConhecidos` are not the row's own title."""
    _, numbers = read(pipes(movie("\\N"), movie("tt0000002")))
    assert numbers == [2]


def test_crlf_bom_and_a_last_line_without_newline() -> None:
    """Windows line ends, a BOM and a missing last newline change nothing."""
    data = "\ufeff" + pipes(movie("tt0000001"), movie("tt0000002")).replace("\n", "\r\n").rstrip()
    assert read(data)[1] == [1, 2]
    assert read("\ufefftconst\r\ntt0000001\r\ntt0000002")[1] == [1, 2]


@pytest.mark.parametrize("delimiter", ["|", ",", ";", "\t"])
def test_the_column_is_found_by_name(delimiter: str) -> None:
    """`imdb_id` wins over `id`, in any case and at any place, for every delimiter."""
    rows = [["id", "Title", "IMDB_ID"], ["278", "x", "tt0111161"], ["279", "y", "tt0000002"]]
    data = "\n".join(delimiter.join(row) for row in rows)
    assert read(data)[1] == [111161, 2]


def test_no_such_column_lists_what_is_there() -> None:
    """The error names the input and at most 20 columns, and says what to do."""
    header = "|".join(f"c{n}" for n in range(30))
    with pytest.raises(InputError) as caught:
        read(f"{header}\ntt0000001\n", "minha.csv")
    message = str(caught.value)
    assert message.startswith(
        "minha.csv has no column imdb_id, imdbid, tconst, const or id (it has: c0,"
    )
    assert "c19, …)" in message
    assert "c20" not in message
    assert "list of ids" in message


@pytest.mark.parametrize(
    "data",
    [
        "tt0000001\ntt0000002\n",
        "\n\n1\n2.0\n",
        '"tt0000001"\r\n"tt0000002"\r\n',
        "imdb_id\ntt0000001\n\ntt0000002",
        '"id"\n"tt0000001"\n"tt0000002"\n',
    ],
)
def test_bare_lists(data: str) -> None:
    """A list of ids is read with or without a header, quotes and blank lines."""
    facts, numbers = read(data)
    assert numbers == [1, 2]
    assert (facts.rows, facts.rejected) == (2, 0)


@pytest.mark.parametrize("header", ["", "id\n", '"imdb_id"\r\n'])
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_a_list_may_name_titles_by_tmdbs_own_ids(header: str, chunk: int) -> None:
    """`movie:278` and `tv:1399` stand beside IMDb ids, quoted or not, each title once."""
    lines = 'movie:278\ntv:1399\n"movie:1399"\n\ntt0068646\nmovie:278\n'
    facts, numbers = read(header + lines, chunk=chunk)
    assert numbers == [pack(one) for one in ("movie:278", "tv:1399", "movie:1399", "tt0068646")]
    assert (facts.rows, facts.distinct, facts.rejected) == (5, 4, 0)


def test_a_list_says_which_line_is_no_id_of_tmdb() -> None:
    """An id of a kind that TMDB does not have, or no number, is a rejected row."""
    facts, numbers = read("movie:278\nseries:1399\nmovie:0\n")
    assert numbers == [pack("movie:278")]
    assert [(reject.line, reject.text) for reject in facts.rejects] == [
        (2, "series:1399"),
        (3, "movie:0"),
    ]


def test_tmdbs_own_ids_are_read_from_lists_only() -> None:
    """The column of a CSV with others holds IMDb ids: `movie:278` there is a rejected row."""
    facts, numbers = read("id|t\nmovie:278|x\ntt0000001|y\n")
    assert (numbers, facts.rejected) == ([1], 1)
    facts, numbers = read("id,t\nmovie:278,x\ntt0000001,y\n")
    assert (numbers, facts.rejected) == ([1], 1)


def test_two_ids_on_a_line_of_a_list_are_rejected() -> None:
    """A list has no second column, so a second id is reported rather than lost."""
    facts, numbers = read("tt0000001\ntt0000002,tt0000003\n")
    assert numbers == [1]
    assert facts.rejects == (
        Reject(2, "tt0000002,tt0000003", "'tt0000002,tt0000003' is not an IMDb title id"),
    )


def test_quoted_rows_span_lines_and_keep_their_line_numbers() -> None:
    """RFC 4180: newlines, delimiters and doubled quotes inside quotes; lines are physical."""
    data = (
        'id,titulo\ntt0000001,"a, ""b""\nsecond line\n"\nnm0000002,c\n\n"tt0000003",d\ntt0000004\n'
    )
    facts, numbers = read(data)
    assert numbers == [1, 3]
    assert facts.rows == 4
    assert facts.rejects == (
        Reject(5, "nm0000002,c", "'nm0000002' is not an IMDb title id"),
        Reject(8, "tt0000004", "1 column where the header has 2"),
    )


def test_an_id_in_two_lines_is_not_joined() -> None:
    """A newline inside a quoted id makes it invalid, never a different id."""
    facts, numbers = read('id,x\n"tt011\n1161",a\ntt0000002,b\n')
    assert (numbers, facts.rejected) == ([2], 1)


@pytest.mark.parametrize(
    ("data", "taken", "rejected"),
    [
        ('id,t\ntt1,a\ntt2,"open\n' + "tt3,c\n" * 10, [1, 2, 3], 0),
        ('id,t\ntt1,a\ntt2,"open\n' + "tt3,c\n" * 500_000, [1, 2, 3], 0),
        ('id,t\ntt1,"x\ny","open\ntt3,c\n', [1, 3], 1),
        ('id,t\ntt1,"open\ntt2,"closed",x\ntt3,c\n', [1, 2, 3], 0),
        ('id,t\ntt1,"Say "Hi""\n', [1], 0),
        ('id,"t\ntt1,a\n', [1], 0),
        ('t,id\n"a, b,tt1\nc,tt2\n', [2], 1),
    ],
)
@pytest.mark.parametrize("chunk", [7, 1 << 20])
def test_an_unclosed_quote_costs_its_line_at_most(
    data: str, taken: list[int], rejected: int, chunk: int
) -> None:
    """A quote that would swallow the rest is read as a character, or its line is rejected."""
    if chunk < 10 and len(data) > 10_000:
        data = data[:300_021]  # whole lines
    facts, numbers = read(data, chunk=chunk)
    assert numbers == taken
    assert facts.rejected == rejected


@pytest.mark.parametrize("end", ["", ",x\n", '"y', '"\n'])
@pytest.mark.parametrize("chunk", [1 << 16, 1 << 22, 1 << 24])
def test_a_row_of_many_quoted_lines_is_bounded(end: str, chunk: int) -> None:
    """A row above 10 MB whose every field is sound is given up, and what follows it is read."""
    data = "id,t\ntt1,a\ntt2" + (',"' + "x" * 1000 + '\n"') * 12_000 + end + "\ntt3,c\n"
    facts, numbers = read(data, chunk=chunk)
    assert numbers in ([1, 2, 3], [1, 3])
    assert facts.rejected >= 11_999
    assert facts == read(data, chunk=1 << 25)[0]


def test_stray_carriage_returns_in_quoted_rows() -> None:
    """CR CR LF and a lone CR inside a field, which the csv module refuses, are accepted."""
    assert read('id,t\r\r\ntt1,"a"\r\r\ntt2,b\rc\r\n"tt3",d\r')[1] == [1, 2, 3]


def test_lines_ended_by_cr_alone_are_refused() -> None:
    """A file with old Mac line ends would be one long header; the error says so."""
    with pytest.raises(InputError, match="ends its lines with CR"):
        read("id,t\rtt1,a\r")


def test_a_cut_row_gives_no_wrong_id() -> None:
    """A row with too few columns is rejected: its id may be cut too."""
    facts, numbers = read(pipes(movie("tt0000001")) + "tt01")
    assert numbers == [1]
    assert facts.rejects == (Reject(3, "tt01", "1 column where the header has 15"),)


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_a_row_repeats_the_last_only_with_its_whole_id(chunk: int) -> None:
    """The fast path compares whole ids, and keeps the last one from chunk to chunk."""
    facts, numbers = read("imdb_id|t|u\n7|a|b\n7|cut\n71|a|b\n711|a|b\n", chunk=chunk)
    assert numbers == [7, 71, 711]
    assert (facts.rows, facts.rejected) == (4, 1)
    assert facts.rejects == (Reject(3, "7|cut", "2 columns where the header has 3"),)


@pytest.mark.parametrize("delimiter", ["|", ","])
def test_surplus_columns(delimiter: str) -> None:
    """Surplus columns after the id are harmless; before it they may have shifted it."""
    first = "id|t\ntt0000001|a|b\n".replace("|", delimiter)
    assert read(first)[1] == [1]
    later = "t|id\na|tt0000009|tt0000001\na|tt0000002\n".replace("|", delimiter)
    facts, numbers = read(later)
    assert numbers == [2]
    assert facts.rejects[0].why == "3 columns where the header has 2"


def test_a_rejected_id_counts_on_every_row_and_five_are_kept() -> None:
    """`rejected` counts rows, and the examples stay five."""
    facts, _ = read(pipes(*[movie("nm1")] * 9, movie("tt0000001")))
    assert facts.rejected == 9
    assert [reject.line for reject in facts.rejects] == [2, 3, 4, 5, 6]


def test_reject_text_is_printable_and_short() -> None:
    """A rejected value may be shown on a terminal: 80 characters, no control characters."""
    facts, _ = read("id|t\ntt1|a\n\x1b[31m" + "é" * 200 + "|b\n")
    (reject,) = facts.rejects
    assert reject.text == "?[31m" + "é" * 75
    assert reject.why.isprintable()


def test_an_id_of_two_inputs_belongs_to_the_first() -> None:
    """`seen` is shared: the second input counts the id as distinct but does not give it."""
    seen: set[int] = set()
    assert read("tt1\ntt2\n", seen=seen)[1] == [1, 2]
    facts, numbers = read("tt3\ntt2\ntt3\n", seen=seen)
    assert numbers == [3]
    assert (facts.rows, facts.distinct) == (3, 2)
    assert seen == {1, 2, 3}


def test_an_input_refused_leaves_seen_alone() -> None:
    """Ids of an input that fails are not taken from later ones."""
    seen: set[int] = set()
    with pytest.raises(InputError):
        read(gzip.compress(b"id,t\ntt1,a\ntt2,b\n")[:-1], seen=seen)
    assert seen == set()


@pytest.mark.parametrize("delimiter", ["|", ";"])
@pytest.mark.parametrize("column", ["genero", "Genres"])
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_genres(delimiter: str, column: str, chunk: int) -> None:
    """A title is kept when any of its rows has a requested genre, whole and in any case."""
    rows = [
        f"id|{column}|t",
        "tt1|Drama,Sci-Fi|x",
        "tt2|Drama|x",
        "tt2|Drama, SCI-FI|x",
        "tt2|\\N|x",
        "tt3|Sci-Fiction|x",
        "nm4|Sci-Fi|x",
        "tt5|Drama|x",
        "tt6|sci-fi|x",
        "tt5|Action|x",
    ]
    data = "\n".join(rows).replace("|", delimiter)
    asked = genres("sci-fi", "action")
    facts, numbers = read(data, where=asked, chunk=chunk)
    assert numbers == [1, 2, 6, 5]
    assert (facts.rows, facts.distinct, facts.rejected) == (9, 4, 1)
    plain, _ = read(data)
    assert (plain.rows, plain.distinct, plain.rejected) == (9, 5, 1)


@pytest.mark.parametrize("data", ["id|t\ntt1|a\n", "id,t\ntt1,a\n", "tt1\ntt2\n", "id\ntt1\n"])
def test_genres_need_their_column(data: str) -> None:
    """Filtering an input without a genre column is an error the user is shown."""
    with pytest.raises(InputError, match=r"no column genero or genres .*leave out --genre"):
        read(data, where=genres("drama"))


def test_no_title_of_a_genre_is_no_error() -> None:
    """When no title passes the filter, the input has no titles, and that is not an error."""
    facts, numbers = read(pipes(movie("tt1")), where=genres("western"))
    assert (facts.rows, facts.distinct, numbers) == (1, 0, [])


@pytest.mark.parametrize(
    ("header", "name", "kind"),
    [
        (SERIES, "movies.csv", "series"),
        (MOVIES, "series.csv", "movie"),
        (MOVIES.replace("Pincipal", "Principal"), "series.csv", "movie"),
        ("id|x", "Minhas Séries.csv", "series"),
        ("id|x", "Minhas Se\u0301ries.csv", "series"),
        ("id|x", "s3://lake/Raw/TV-list.csv", "series"),
        ("id|x", "shows/list.csv", "movie"),
        ("id|x", "C:\\series\\Filmes.csv", "movie"),
        ("id|x", "-", "movie"),
    ],
)
def test_kind(header: str, name: str, kind: str) -> None:
    """Columns decide what the titles are, or else the base name; a flag overrides both."""
    data = header + "\n" + "|".join(["tt1"] * (header.count("|") + 1)) + "\n"
    assert read(data, name)[0].kind == kind
    assert read(data, name, kind="series")[0].kind == "series"
    assert read(data.replace("|", ","), name)[0].kind == kind


@pytest.mark.parametrize("chunk", [1, 2, 5, 1 << 20])
def test_gzip_by_its_magic(chunk: int) -> None:
    """Several members and zero padding are read; the hash is of the stored bytes."""
    data = pipes(movie("tt1"), movie("tt2")).encode()
    stored = gzip.compress(data[:200]) + gzip.compress(data[200:]) + b"\0" * 9
    facts, numbers = read(stored, "plain-name.csv", chunk=chunk)
    assert numbers == [1, 2]
    assert (facts.bytes, facts.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())


def test_damaged_and_truncated_gzip() -> None:
    """A gzip cut at any byte, with a changed byte, or with something after it is refused."""
    stored = gzip.compress(pipes(*(movie(f"tt{n}") for n in range(1, 60))).encode())
    for cut in range(2, len(stored)):
        with pytest.raises(InputError, match=r"^a\.gz is a truncated gzip file"):
            read(stored[:cut], "a.gz")
    broken = bytearray(stored)
    broken[-6] ^= 1  # the checksum
    with pytest.raises(InputError, match=r"^a\.gz is a damaged gzip file"):
        read(bytes(broken), "a.gz")
    with pytest.raises(InputError, match=r"^a\.gz is a damaged gzip file"):
        read(stored + b"garbage", "a.gz")


def test_a_gzip_bomb_stops_at_the_longest_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte of one letter packed into a megabyte is refused before it is unpacked."""
    unpacked = 0
    make = gunzip.LIBRARY.decompressobj

    class Counting:
        def __init__(self, wbits: int) -> None:
            self._real = make(wbits)

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def decompress(self, data: bytes, limit: int) -> bytes:
            nonlocal unpacked
            piece: bytes = self._real.decompress(data, limit)
            assert len(piece) <= 1 << 20
            unpacked += len(piece)
            return piece

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    stored = b"".join(packer.compress(b"a" * (1 << 20)) for _ in range(200)) + packer.flush()
    monkeypatch.setattr(gunzip.LIBRARY, "decompressobj", Counting)
    with pytest.raises(InputError, match="a line of more than 10 MB"):
        read(stored)
    assert 0 < unpacked < 12 << 20


@pytest.mark.parametrize("size", [10_000_000, 10_000_001])
@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("chunk", [70_000, 1 << 20, 1 << 24])
def test_the_longest_line(size: int, end: str, chunk: int) -> None:
    """The limit of 10 MB is the same for every chunking and with or without a newline."""
    data = "id|t\ntt1|a\n" + "tt2|" + "x" * (size - 4) + end
    if size > 10_000_000:
        with pytest.raises(InputError, match="a line of more than 10 MB"):
            read(data, chunk=chunk)
    else:
        assert read(data, chunk=chunk)[1] == [1, 2]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.csv is empty: give a CSV with a header line"),
        (gzip.compress(b"", mtime=0), "x.csv holds nothing but blank lines: give"),
        (b"\xef\xbb\xbf", "x.csv holds nothing but blank lines: give"),
        (b"\n \r\n\t\n", "x.csv holds nothing but blank lines: give"),
        (MOVIES.encode(), "x.csv has a header line but no rows"),
        (b"id,t\n\n \n", "x.csv has a header line but no rows"),
        (b"imdb_id\n\n", "x.csv has a header line but no rows"),
        (b"\n\nid|t\nnm5|a\n", "x.csv has no row with an IMDb title id, see line 4 ('nm5' is not"),
        ("tt1\n".encode("utf-16"), "x.csv is encoded in UTF-16: save it as UTF-8"),
        (b"\xfe\xff" + "tt1\n".encode("utf-16-be"), "x.csv is encoded in UTF-16: save"),
        ("tt1\n".encode("utf-32"), "x.csv is encoded in UTF-32: save it as UTF-8"),
        (b"\0\0\xfe\xff" + "tt1\n".encode("utf-32-be"), "x.csv is encoded in UTF-32: save"),
        (b"PK\x03\x04" + b"\0" * 50, "x.csv is a zip archive: unpack it first"),
        (b"PK\x03\x04" + b"\0" * 11_000_000, "x.csv is a zip archive: unpack it first"),
        (gzip.compress(b"PK\x03\x04..", mtime=0), "x.csv is a zip archive: unpack it first"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_refused(data: bytes, message: str, chunk: int) -> None:
    """What is not a list of titles is refused in one sentence that names it and what to do."""
    if chunk == 1 and len(data) > 10_000:
        chunk = 4096
    with pytest.raises(InputError) as caught:
        read(data, "x.csv", chunk=chunk)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "kind", "rows", "distinct"),
    [("movies.csv", "movie", 1010, 233), ("series.csv", "series", 368, 40)],
)
def test_real_samples(name: str, kind: str, rows: int, distinct: int) -> None:
    """The course's own rows give the same figures as `cut | sort -u | wc -l`."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the course's sample {path} is not here")
    facts, numbers = read(path.read_bytes(), name)
    assert (facts.kind, facts.rows, facts.distinct) == (kind, rows, distinct)
    assert (len(numbers), facts.rejected) == (distinct, 0)


@pytest.mark.parametrize("where", [(), genres("Drama")])
def test_a_row_that_repeats_an_id_is_counted_where_it_is_cut(where: Sequence[Condition]) -> None:
    """Too few columns are a rejected row, also below a whole one of the same title."""
    rows = ["tt0111161|A|Drama", "tt0111161|A", "tt0068646|B|Drama", "tt0068646|B|Drama|more"]
    facts, numbers = read("\n".join(["id|tituloPincipal|genero", *rows]), where=where)
    assert (facts.rows, facts.rejected, numbers) == (4, 1, [111161, 68646])
    assert [(one.line, one.why) for one in facts.rejects] == [
        (3, "2 columns where the header has 3")
    ]


@pytest.mark.parametrize("delimiter", ["|", ",", ";"])
def test_titles_left_out_by_conditions_are_counted_once(delimiter: str) -> None:
    """However many rows they have, and not where a later row of theirs holds what is asked."""
    rows = ("id,genre", "tt1,a", "tt1,b", "tt2,b", "tt3,b", "tt2,b", "tt3,a", "tt3,b", "x,a")
    lines = (row.replace("tt", "tt000000") for row in rows)
    data = "".join(f"{line}\n" for line in lines).replace(",", delimiter).encode()
    for votes in (None, TitleTable()):
        where = [Condition("genre", "a")]
        seen = {1}
        reader = TitleReader("m.csv", where=where, seen=seen, votes=votes)
        deque(reader.feed(data), 0)
        facts, new = reader.close()
        assert new == [3]
        assert (facts.rows, facts.distinct, facts.rejected) == (8, 2, 1)
        assert (facts.shared, facts.filtered) == (1, 1)
