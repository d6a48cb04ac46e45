"""Inputs that begin with `tmdb:`: a title by TMDB's own id, or a question that TMDB answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harvester.inputs.input import InputTitles, refuse_conditions
from harvester.lake.conditions import Condition
from harvester.lake.title_ids import pack_tmdb
from harvester.origins.tmdb.questions.question import SCHEME, Question, parse_question

__all__ = ["SCHEME", "QuestionInput", "question_input"]


@dataclass(frozen=True, slots=True)
class QuestionInput:
    """A question to TMDB; nobody need be asked for a title by its id."""

    question: Question

    async def read(self, where: Sequence[Condition], seen: set[int]) -> InputTitles:
        """Return the title, or the question that is still to be asked.

        Raises `InputError` with conditions: a question has no rows.
        """
        refuse_conditions(str(self.question), where)
        title = self.question.title
        if title is None:
            return InputTitles(self.question.facts, [], self.question.canonical)
        number = pack_tmdb(*title)
        is_shared = number in seen
        facts = replace(self.question.facts, shared=int(is_shared), filtered=0)
        return InputTitles(facts, [] if is_shared else [number])


def question_input(name: str) -> QuestionInput:
    """Return the input that a `tmdb:` name is. Raises `InputError`."""
    return QuestionInput(parse_question(name))
