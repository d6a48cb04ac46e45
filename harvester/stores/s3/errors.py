"""The errors of S3 and botocore, translated into one-sentence messages.

No message repeats theirs: botocore's contain URLs with queries, S3's may contain the key id.
Error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import aiohttp
from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from harvester.errors import LakeError, StoreDown
from harvester.stores.s3.requests import RetryStore

BROKEN = (BotoCoreError, aiohttp.ClientError, TimeoutError, OSError)
"""The exceptions that reading a truncated or damaged body may raise."""

_RENEW = "renew the AWS credentials, then run again"
_CHECK = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile"
_REGION = "set AWS_REGION to the bucket's region"
_REFUSALS = {
    "NoSuchBucket": "there is no such bucket: make it, or correct its name",
    "InvalidBucketName": "that is no valid bucket name: correct it",
    "AccessDenied": "access denied: allow s3:ListBucket on the bucket and s3:GetObject, "
    "s3:PutObject and s3:DeleteObject on its objects",
    "QuotaExceeded": "its quota is used up: make room or raise it, then run again",
    "AllAccessDisabled": "all access to it is disabled: ask its owner",
    "AccountProblem": "the AWS account has a problem: ask AWS support",
    "InvalidAccessKeyId": f"it does not know our access key: {_CHECK}",
    "SignatureDoesNotMatch": f"our secret key does not fit the access key: {_CHECK}",
    "AuthorizationHeaderMalformed": f"it lies in another region: {_REGION}",
    "PermanentRedirect": f"it lies in another region: {_REGION}",
    "IllegalLocationConstraintException": f"it lies in another region: {_REGION}",
    "ExpiredToken": f"our session has expired: {_RENEW}",
    "ExpiredTokenException": f"our session has expired: {_RENEW}",
    "TokenRefreshRequired": f"our session has expired: {_RENEW}",
    "InvalidToken": f"our session token is not valid: {_RENEW}",
    "RequestTimeTooSkewed": "this machine's clock is wrong: set it",
    "InvalidObjectState": "the object is archived: restore it first",
    "EntityTooLarge": "the object is larger than one PUT may be (5 GB): split it",
}
_SETTINGS: tuple[tuple[type[BotoCoreError], str], ...] = (
    (boto.NoCredentialsError, "no AWS credentials were found: set AWS_PROFILE or the AWS_* keys"),
    (boto.PartialCredentialsError, f"the AWS credentials are incomplete: {_CHECK}"),
    (boto.CredentialRetrievalError, "the AWS credentials can't be fetched: fix the profile"),
    (boto.MetadataRetrievalError, "the AWS credentials can't be fetched: fix the role"),
    (boto.TokenRetrievalError, f"the AWS sign-on has expired: {_RENEW}"),
    (boto.SSOError, f"the AWS sign-on has expired: {_RENEW}"),
    (boto.ProfileNotFound, "the AWS profile does not exist: correct AWS_PROFILE"),
    (boto.ConfigParseError, "the AWS configuration can't be read: fix ~/.aws/config"),
    (boto.ConfigNotFound, "the AWS configuration can't be read: correct AWS_CONFIG_FILE"),
    (boto.InvalidConfigError, "the AWS configuration is wrong: fix ~/.aws/config"),
    (boto.InvalidRetryConfigurationError, "AWS_RETRY_MODE or AWS_MAX_ATTEMPTS is wrong"),
    (boto.NoRegionError, f"no AWS region is known: {_REGION}"),
    (boto.InvalidRegionError, "the AWS region is no region's name: correct AWS_REGION"),
    (boto.InvalidProxiesConfigError, "the proxy's settings are wrong: correct HTTPS_PROXY"),
    (boto.SSLError, "its certificate is not trusted: set AWS_CA_BUNDLE, or correct the endpoint"),
    (boto.ParamValidationError, "botocore takes its name for no bucket's: correct it"),
    (boto.EndpointProviderError, "no endpoint fits it: correct AWS_REGION or AWS_ENDPOINT_URL_S3"),
)
_SENTENCES = ("Message", "Header", "ArgumentName", "AdditionalMessage")
_FORBIDDEN, _SERVER_ERROR, _NOT_IMPLEMENTED = 403, 500, 501
_LASTING = {400, 405, 411, 413, _NOT_IMPLEMENTED}
"""Statuses that come again however often the same is asked, save with the codes of `_PASSING`."""

_PASSING = {
    "RequestTimeout",
    "RequestTimeoutException",
    "BadDigest",
    "IncompleteBody",
    "XAmzContentChecksumMismatch",
}
# Another write of the same object was under way, and S3 asks to try again.
_CONFLICTS = {"ConditionalRequestConflict", "OperationAborted"}
# What others than AWS say to the headers that carry a checksum since botocore 1.36.
_CHECKSUM = re.compile(
    r"x-amz-(sdk-)?checksum|x-amz-trailer|aws-chunked|streaming-unsigned|trailer"
)
_KEY = re.compile(r"\bkms:|\bkms key|\bkms\.|customer master key")
_CONDITION = re.compile(r"if-(none-)?match|conditional")


@contextmanager
def translated(uri: str) -> Iterator[None]:
    """Translate botocore's exceptions into `LakeError` (the user must act) or `StoreDown`."""
    try:
        yield
    except ClientError as error:
        raise _refusal(uri, error) from error
    except BROKEN as error:
        raise _failure(uri, error) from error


def code_of(error: ClientError) -> str:
    """Return S3's error code, or a placeholder if there is none."""
    return str(error.response.get("Error", {}).get("Code", "")) or "no code"


def refuses_condition(error: ClientError) -> bool:
    """Say whether a store answers a conditional PUT that it does not know such."""
    said = _said(error)
    if _CHECKSUM.search(said):
        return False
    status = _status(error)
    return status == _NOT_IMPLEMENTED or (status in _LASTING and bool(_CONDITION.search(said)))


def _refusal(uri: str, error: ClientError) -> LakeError | StoreDown:
    code, status = code_of(error), _status(error)
    shown = code if re.fullmatch(r"[\w.]{1,60}", code) else "an unknown error"
    if code in _CONFLICTS:
        return RetryStore(f"{uri} is being written elsewhere ({shown}): resume later.")
    if what := _of_key(code, error) or _REFUSALS.get(code):
        return LakeError(f"{uri}: {what}.")
    if status == _FORBIDDEN:
        return LakeError(f"{uri} refuses us ({shown}): check the AWS credentials and the policy.")
    if status in _LASTING and code not in _PASSING:
        if _CHECKSUM.search(_said(error)):
            return LakeError(
                f"{uri}: the store refuses the headers of a checksum ({shown}): set "
                "AWS_REQUEST_CHECKSUM_CALCULATION=when_required, then run again."
            )
        return LakeError(
            f"{uri}: the store does not take what we ask ({shown}): check AWS_ENDPOINT_URL_S3 and "
            "AWS_REGION; a store that knows no checksums needs "
            "AWS_REQUEST_CHECKSUM_CALCULATION=when_required."
        )
    return StoreDown(f"{uri} keeps failing ({shown}): resume later.")


def _of_key(code: str, error: ClientError) -> str | None:
    """Return what is wrong with the KMS key that encrypts the bucket, if that it is."""
    if "kms" in code.casefold() and _status(error) < _SERVER_ERROR:
        shown = code if re.fullmatch(r"[\w.]{1,60}", code) else "KMS"
        return f"its KMS key can't be used ({shown}): enable it, or give the bucket another"
    if code.startswith("AccessDenied") and _KEY.search(_said(error)):
        return (
            "access to its KMS key is denied: allow kms:GenerateDataKey and kms:Decrypt on the key "
            "that encrypts the bucket"
        )
    return None


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _said(error: ClientError) -> str:
    """Return what an error's body says, without the names of a user, to search in, not to print."""
    body: Mapping[str, object] = error.response.get("Error", {})
    return " ".join(str(body.get(name, "")) for name in _SENTENCES).casefold()


def _failure(uri: str, error: Exception) -> LakeError | StoreDown:
    for kind, what in _SETTINGS:
        if isinstance(error, kind):
            return LakeError(f"{uri}: {what}.")
    return StoreDown(f"{uri} can't be reached ({type(error).__name__}): resume later.")
