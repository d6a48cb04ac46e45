"""A usage error as one sentence, like every other error of ours."""

from typing import Any

from typer.exceptions import TyperException

from harvester.hints import nearest


def lines(error: TyperException) -> list[str]:
    """Return what is wrong with a command line, what was perhaps meant, and where to look.

    It is one line, or the help where nothing was asked for.
    """
    context: Any = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":  # not exported by typer
        return error.message.splitlines()
    text = error.format_message().rstrip(".").replace(". Did you mean ", " (did you mean ")
    text = text.removesuffix("?") + "?)" if text.endswith("?") else text
    if context is not None and text.startswith("No such option"):
        name = getattr(error, "option_name", "")
        known = [option for param in context.command.params for option in param.opts]
        text = f"no such option {name}{nearest(name, known)}"
    path = "harvester" if context is None else f"harvester {_below_root(context)}".strip()
    return [f"harvester: {text[:1].lower()}{text[1:]}; see `{path} --help`"]


def _below_root(context: Any) -> str:
    return context.info_name or "" if context.parent is not None else ""
