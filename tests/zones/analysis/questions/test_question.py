"""A question is one module, one query of its name, and its texts in every language."""

import runpy
import tomllib
from importlib import import_module
from pathlib import Path

import manual
import pytest
from made_star import make_star, small_star

from harvester.pages import LANGUAGES, Language, load_texts
from harvester.stores import open_store
from harvester.zones.analysis import page, queries, questions
from harvester.zones.analysis.questions import QUESTIONS, Question, question
from harvester.zones.analysis.questions.money import MONEY
from harvester.zones.analysis.questions.months import MONTHS
from harvester.zones.analysis.questions.question import MAX_ROWS

CONTRIBUTING = manual.ROOT / "CONTRIBUTING.md"
FOLDER = Path(questions.__file__).parent
NAMES = [each.name for each in QUESTIONS]
SHARED = {"choice", "known", "axis", "part", "checks", "words"}
"""Tables of texts that belong to the page, not to a question."""


def test_each_question_is_one_module_with_one_query() -> None:
    """No module, query or entry of the list stands alone, and none is there twice."""
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "question"}
    assert sorted(NAMES) == sorted(modules)
    assert sorted(NAMES) == sorted(path.stem for path in FOLDER.glob("*.sql"))


@pytest.mark.parametrize("asked", QUESTIONS, ids=NAMES)
def test_a_module_holds_its_question_and_no_other(asked: Question) -> None:
    """`ratings.py` has `RATINGS`, whose SQL is the file beside it."""
    module = import_module(f"{questions.__name__}.{asked.name}")
    found = {name: value for name, value in vars(module).items() if isinstance(value, Question)}
    assert found == {asked.name.upper(): asked}
    assert asked.sql == (FOLDER / f"{asked.name}.sql").read_text("utf-8").strip()
    assert "chosen" in asked.sql


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_has_its_texts(language: Language) -> None:
    """What it asks, its finding, that there is none, its columns; no text is left over."""
    texts = load_texts(language).content["analysis"]
    tables = {name for name, value in texts.items() if isinstance(value, dict)}
    assert tables == SHARED | set(NAMES)
    for each in QUESTIONS:
        assert {"asks", "none"} < texts[each.name].keys()  # and at least one finding
        assert set(each.columns) <= texts["axis"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_says_what_it_leaves_out(language: Language) -> None:
    """The first thirty rows, of returns the best and worst five; a whole table says nothing."""
    t = load_texts(language)
    rows = [{"n": n} for n in range(MAX_ROWS + 1)]
    shown, note = MONTHS.excerpt(rows, t)
    assert (shown, note) == (rows[:30], t("analysis.more", shown=30, of=31))
    assert MONTHS.excerpt(rows[:30], t) == (rows[:30], "")
    returns = [{"best": n, "worst": 13 - n, "titles": 12} for n in range(1, 13)]
    shown, note = MONEY.excerpt(returns, t)
    assert [row["best"] for row in shown] == [1, 2, 3, 4, 5, 8, 9, 10, 11, 12]
    assert note == t("analysis.best", of="12")
    assert MONEY.excerpt(returns[:5], t) == (returns[:5], "")


@pytest.mark.slow
async def test_the_example_of_the_contributing_page_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its module, query and texts, with nothing else, make a page of their question."""
    shown = (
        CONTRIBUTING.read_text("utf-8").partition("## Add a question\n")[2].partition("\n## ")[0]
    )
    blocks = [block for block in manual.blocks(CONTRIBUTING) if block.text in shown]
    example = {block.language: block.text for block in blocks if "__init__" not in block.text}
    Path("votes.py").write_text(example["python"], "utf-8")
    Path("votes.sql").write_text(example["sql"], "utf-8")
    asked = (runpy.run_path("votes.py")["VOTES"],)
    monkeypatch.setattr(queries, "QUESTIONS", asked)
    monkeypatch.setattr(page, "QUESTIONS", asked)
    monkeypatch.setattr(question, "files", lambda _: Path())
    added = "\n".join(line[1:] for line in example["diff"].splitlines() if line[0] == "+")
    new = tomllib.loads(added)
    texts = load_texts("en").content["analysis"]
    monkeypatch.setitem(texts, "votes", new["analysis"]["votes"])
    monkeypatch.setitem(texts["axis"], "votes", new["votes"])
    await make_star("l", small_star())
    async with open_store("l") as store:
        html = await page.analysis_page(store, "en")
    assert "“Ascent” has most votes at TMDB: 90" in html
    assert '<td>Bottom</td><td class="num">50</td>' in html
    assert "No title here has votes" in html
