"""The only things that raise; the failure of one title is a value (`model.Outcome`).

HarvesterError
├── UserError            a setting or an input the user must mend
│   ├── SettingError     a flag, an environment variable, a key of harvester.toml
│   ├── InputError       a CSV or list of ids
│   └── LakeError        a lake that is not there, refuses us, or holds what we can't read
├── TokenRefused         TMDB refuses our token: nothing more will come
├── UpstreamDown         TMDB stays down: resume later
├── StoreDown            the store won't take our bytes: resume later
└── RunHeld              another process works on this run

Every message is one sentence that names what is wrong and what to do, and is safe to print:
no message holds a token or a URL with a query.
"""


class HarvesterError(Exception):
    """Base of all errors that end a command with one sentence and no traceback."""


class UserError(HarvesterError):
    """A setting or an input the user must mend before anything can be done."""


class SettingError(UserError):
    """A flag, environment variable or key of harvester.toml is wrong."""


class InputError(UserError):
    """An input is missing, empty or not a list of titles."""


class LakeError(UserError):
    """The lake does not exist, refuses us, or holds something we can't read."""


class TokenRefused(HarvesterError):
    """TMDB answered 401 or 403: the token is wrong, suspended or lacks the right."""


class UpstreamDown(HarvesterError):
    """TMDB stays unreachable or keeps failing; the run can be resumed later."""


class StoreDown(HarvesterError):
    """The store keeps failing, or is full; the run can be resumed later."""


class RunHeld(HarvesterError):
    """Another process works on this run."""
