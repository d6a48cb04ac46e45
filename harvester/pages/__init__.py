"""The look that the pages share: one template, one stylesheet, one script, texts in two languages.

A page is one file that asks the network for nothing: a policy in its head forbids it.
"""

from harvester.pages.names import NameKind, translated_name
from harvester.pages.rendering import render
from harvester.pages.texts import LANGUAGES, Language, Texts, load_texts

__all__ = [
    "LANGUAGES",
    "Language",
    "NameKind",
    "Texts",
    "load_texts",
    "render",
    "translated_name",
]
