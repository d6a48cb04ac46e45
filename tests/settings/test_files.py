"""Which `harvester.toml` counts: that of this folder, of those above it, or the user's own."""

import os
from pathlib import Path

import pytest
from command_line import harvester

from harvester.errors import SettingError
from harvester.settings import FILE, load_settings, read_setting_files

ENVIRON = {"TMDB_TOKEN": "x"}
QUOTED = '"a b" . '


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home folder, the current folder two below it."""
    home = tmp_path / "home"
    (home / "films" / "new").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    monkeypatch.chdir(home / "films" / "new")
    return home


def _own(home: Path, text: str) -> None:
    own = home / ".config" / "tmdb-harvester"
    own.mkdir(parents=True)
    (own / FILE).write_text(text, encoding="utf-8")


def _seen() -> dict[str, tuple[object, str]]:
    return {name: (one.value, one.source) for name, one in read_setting_files().items()}


def test_of_each_key_the_nearest_file_counts(home: Path) -> None:
    """Here, above, home, the user's own: each adds the keys that nearer ones lack."""
    Path(FILE).write_text("rate = 1", encoding="utf-8")
    (home / "films" / FILE).write_text("rate = 2\nquota = 2", encoding="utf-8")
    (home / FILE).write_text("quota = 3\nlimit = 3", encoding="utf-8")
    _own(home, "limit = 4\nconcurrency = 4")
    assert _seen() == {
        "rate": (1, "harvester.toml"),
        "quota": (2, "~/films/harvester.toml"),
        "limit": (3, "~/harvester.toml"),
        "concurrency": (4, "~/.config/tmdb-harvester/harvester.toml"),
    }


def test_nothing_above_home_counts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a folder outside of home, only that folder's and the user's own do."""
    (home.parent / FILE).write_text("rate = 1", encoding="utf-8")
    assert _seen() == {}
    outside = home.parent / "srv" / "job"
    outside.mkdir(parents=True)
    (outside.parent / FILE).write_text("rate = 2", encoding="utf-8")
    _own(home, "quota = 4")
    monkeypatch.chdir(outside)
    assert _seen() == {"quota": (4, "~/.config/tmdb-harvester/harvester.toml")}
    Path(FILE).write_text("rate = 3", encoding="utf-8")
    assert _seen()["rate"] == (3, "harvester.toml")


def test_a_root_that_is_home_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Some containers have it so; else every folder of the machine would be searched."""
    (tmp_path / FILE).write_text("rate = 1", encoding="utf-8")
    (tmp_path / "x").mkdir()
    monkeypatch.chdir(tmp_path / "x")
    monkeypatch.setenv("HOME", "/")
    assert _seen() == {}


def test_the_users_folder_is_where_xdg_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative XDG_CONFIG_HOME is none, as its specification wants."""
    _own(home, "rate = 1")
    assert _seen()["rate"][0] == 1
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert _seen()["rate"][0] == 1
    there = home / "elsewhere" / "tmdb-harvester"
    there.mkdir(parents=True)
    (there / FILE).write_text("rate = 2", encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    assert _seen()["rate"] == (2, "~/elsewhere/tmdb-harvester/harvester.toml")


@pytest.mark.parametrize("inputs", ['["a.csv", "tmdb:movie/1", "-"]', '"a.csv, tmdb:movie/1,-"'])
def test_a_path_leads_from_its_file(home: Path, inputs: str) -> None:
    """Lake, inputs and id map of a file above; what is no path stays as it is."""
    text = f'lake = "./lake"\nid_map = "../ids.csv"\ninputs = {inputs}\nlanguage = "pt-BR"'
    (home / "films" / FILE).write_text(text, encoding="utf-8")
    films = home.resolve() / "films"
    settings = load_settings({}, environ=ENVIRON)
    assert settings.lake == str(films / "lake")
    assert settings.inputs == (str(films / "a.csv"), "tmdb:movie/1", "-")
    assert settings.id_map == str(films.parent / "ids.csv")
    (home / "films" / FILE).write_text('lake = "s3://b/p"\ninputs = ""', encoding="utf-8")
    with pytest.raises(SettingError, match=r"^~/films/harvester.toml: inputs takes"):
        load_settings({}, environ=ENVIRON)
    Path(FILE).write_text('lake = "./here"\ninputs = "b.csv"', encoding="utf-8")
    settings = load_settings({}, environ=ENVIRON)
    assert (settings.lake, settings.inputs) == ("./here", ("b.csv",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rate = ", "can't be read"),
        ("rte = 5", "did you mean 'rate'"),
        ("rate = 0", ": rate takes a number from 0.001"),
        ('base_url = "https://x.test/3"', ": base_url would send your token"),
    ],
)
def test_what_is_wrong_names_the_file(home: Path, text: str, said: str) -> None:
    """The one that has it, which may be far from here; none of them may send a token elsewhere."""
    _own(home, text)
    with pytest.raises(SettingError, match=r"^~/\.config/tmdb-harvester/harvester\.toml") as caught:
        load_settings({"lake": "x"}, environ=ENVIRON)
    assert said in str(caught.value)


async def test_config_names_the_file_of_each_value(home: Path) -> None:
    """With its folder."""
    (home / "films" / FILE).write_text("rate = 2", encoding="utf-8")
    said = (await harvester("config")).out
    (line,) = [line for line in said.splitlines() if line.startswith("rate ")]
    assert "~/films/harvester.toml: rate" in line


@pytest.mark.timeout(30)
@pytest.mark.parametrize("what", ["pipe", "/dev/zero", "large"])
def test_only_a_file_of_some_kilobytes_is_read(what: str, home: Path) -> None:
    """Whoever may write into a folder stops no command in it, nor fills the memory."""
    file = home / "films" / FILE
    if what == "pipe":
        os.mkfifo(file)
    elif what == "large":
        file.write_text("#" * 300_000, encoding="utf-8")
    else:
        file.symlink_to(what)
    why = (
        "more than 262,144 bytes" if what == "large" else "no file but a pipe, a socket or a device"
    )
    with pytest.raises(
        SettingError, match=rf"^~/films/harvester.toml can't be read: it .*{why}; fix"
    ):
        read_setting_files()


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"rate = {'1' * 5000}", "can't be read: Exceeds the limit"),
        (f"rate = 0x{'f' * 5000}", "rate takes no number as large as that, not what it has"),
        (f"genres = [0x{'f' * 5000}]", "genres takes a list of texts, not what it has"),
        (f"rate = {'[' * 5000}", "can't be read: it is nested too deep"),
        (f"{'a.' * 100_000}a = 1", "can't be read: it has a key of too many parts"),
        (f"[{QUOTED * 20_000}a]", "can't be read: it has a key of too many parts"),
        (f"{'a.' * 30}a = 1", "has 'a', which is no key"),
        (f"{'a' * 200_000} = 1", f"has '{'a' * 80}', which is no key"),
        ("rate = 1\r\nrate = 2\r\n", "can't be read: Cannot overwrite a value"),
    ],
)
def test_what_no_settings_have_is_a_sentence(text: str, why: str) -> None:
    """Numbers of thousands of digits, deep lists and long keys, which Python's own limits meet."""
    Path(FILE).write_text(text, encoding="utf-8", newline="")
    with pytest.raises(SettingError) as raised:
        load_settings({"lake": "l"}, environ=ENVIRON)
    assert str(raised.value).startswith((f"harvester.toml {why}", f"harvester.toml: {why}"))
    assert len(str(raised.value)) < 500


def test_a_current_folder_that_was_deleted_has_no_settings(home: Path) -> None:
    """What is named by its whole path needs none; the user's own settings count."""
    _own(home, "quota = 7")
    Path.cwd().rmdir()
    assert _seen() == {"quota": (7, "~/.config/tmdb-harvester/harvester.toml")}
