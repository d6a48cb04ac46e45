"""The errors of S3 and botocore, translated into one-sentence messages.

No message repeats theirs: botocore's contain URLs with queries, S3's may contain the key id.
Error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from harvester.errors import LakeError, StoreDown

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
    (boto.CredentialRetrievalError, "the AWS credentials can't be fetched: mend the profile"),
    (boto.MetadataRetrievalError, "the AWS credentials can't be fetched: mend the role"),
    (boto.TokenRetrievalError, f"the AWS sign-on has expired: {_RENEW}"),
    (boto.SSOError, f"the AWS sign-on has expired: {_RENEW}"),
    (boto.ProfileNotFound, "the AWS profile does not exist: correct AWS_PROFILE"),
    (boto.ConfigParseError, "the AWS configuration can't be read: mend ~/.aws/config"),
    (boto.ConfigNotFound, "the AWS configuration can't be read: correct AWS_CONFIG_FILE"),
    (boto.InvalidConfigError, "the AWS configuration is wrong: mend ~/.aws/config"),
    (boto.InvalidRetryConfigurationError, "AWS_RETRY_MODE or AWS_MAX_ATTEMPTS is wrong"),
    (boto.NoRegionError, f"no AWS region is known: {_REGION}"),
    (boto.InvalidRegionError, "the AWS region is no region's name: correct AWS_REGION"),
    (boto.InvalidProxiesConfigError, "the proxy's settings are wrong: correct HTTPS_PROXY"),
    (boto.SSLError, "its certificate is not trusted: set AWS_CA_BUNDLE, or correct the endpoint"),
    (boto.ParamValidationError, "botocore takes its name for no bucket's: correct it"),
    (boto.EndpointProviderError, "no endpoint fits it: correct AWS_REGION or AWS_ENDPOINT_URL_S3"),
)
_FORBIDDEN = 403


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


def _refusal(uri: str, error: ClientError) -> LakeError | StoreDown:
    code = code_of(error)
    if what := _REFUSALS.get(code):
        return LakeError(f"{uri}: {what}.")
    shown = code if re.fullmatch(r"[\w.]{1,60}", code) else "an unknown error"
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == _FORBIDDEN:
        return LakeError(f"{uri} refuses us ({shown}): check the AWS credentials and the policy.")
    return StoreDown(f"{uri} keeps failing ({shown}): resume later.")


def _failure(uri: str, error: Exception) -> LakeError | StoreDown:
    for kind, what in _SETTINGS:
        if isinstance(error, kind):
            return LakeError(f"{uri}: {what}.")
    return StoreDown(f"{uri} can't be reached ({type(error).__name__}): resume later.")
