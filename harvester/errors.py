"""The exceptions of the harvester; the failure of a single title is a value (`model.Outcome`).

HarvesterError
├── UserError            a setting or an input the user must fix
│   ├── SettingError     a flag, an environment variable, a key of harvester.toml
│   ├── InputError       a CSV or list of ids
│   ├── LakeError        a lake that is missing, denies access, or holds unreadable data
│   └── RouteError       TMDB can't be reached as configured: address, certificate, proxy
├── TokenRefused         TMDB rejects our token: no further request can succeed
├── UpstreamDown         TMDB stays down: resume later
├── StoreDown            the store keeps failing, or is full: resume later
└── RunHeld              another process holds this run

Every message is one sentence that says what is wrong and what to do, and is safe to print:
no message contains a token or a URL with a query.
"""


class HarvesterError(Exception):
    """Base of all errors that end a command with a one-sentence message and no traceback."""


class UserError(HarvesterError):
    """A setting or an input that the user must fix before the command can work."""


class SettingError(UserError):
    """A flag, environment variable or key of harvester.toml is wrong."""


class InputError(UserError):
    """An input is missing, empty or not a list of titles."""


class LakeError(UserError):
    """The lake does not exist, denies access, or holds unreadable data."""


class RouteError(UserError):
    """TMDB can't be reached as configured: a wrong address, certificate, proxy or redirect."""


class TokenRefused(HarvesterError):
    """TMDB itself returned 401 or 403: the token is wrong, suspended or lacks permission."""


class UpstreamDown(HarvesterError):
    """TMDB stays unreachable or keeps failing; the run can be resumed later."""


class StoreDown(HarvesterError):
    """The store keeps failing, or is full; the run can be resumed later."""


class RunHeld(HarvesterError):
    """Another process holds this run."""
