"""The exceptions of the harvester; the failure of a single title is a value (`model.Outcome`).

HarvesterError
├── UserError            a setting or an input the user must fix
│   ├── SettingError     a flag, an environment variable, a key of harvester.toml
│   ├── InputError       a CSV or list of ids
│   ├── LakeError        a lake that is missing, denies access, or holds unreadable data
│   │   └── DocumentError  a run's plan, manifest or summary can't be read
│   └── RouteError       the origin can't be reached as configured: address, certificate, proxy
├── TokenRefused         the origin rejects our token: no further request can succeed
├── UpstreamDown         the origin stays down: resume later
├── StoreDown            the store keeps failing, or is full: resume later
├── QuotaUsedUp          the origin's quota of the day is used up: resume next day
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
    """An input is missing, empty or not a list of titles.

    `unquoted` is the sentence without what the input holds, for whoever may not read it.
    """

    def __init__(self, message: str, *, unquoted: str | None = None) -> None:
        super().__init__(message)
        self.unquoted = unquoted or message


class LakeError(UserError):
    """The lake does not exist, denies access, or holds unreadable data."""


class DocumentError(LakeError):
    """A document of one run is damaged or of another version: other runs are not concerned."""


class RouteError(UserError):
    """The origin can't be reached as configured: wrong address, certificate, proxy or redirect."""


class TokenRefused(HarvesterError):
    """The origin itself refuses the token: it is wrong, suspended or lacks permission."""


class UpstreamDown(HarvesterError):
    """The origin stays unreachable or keeps failing; the run can be resumed later."""


class QuotaUsedUp(HarvesterError):
    """The origin's quota of the day is used up: the run goes on next day."""


class StoreDown(HarvesterError):
    """The store keeps failing, or is full; the run can be resumed later."""


class RunHeld(HarvesterError):
    """Another process holds this run."""
