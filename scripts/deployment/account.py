"""Who is asking AWS: credentials and region, checked before anything is done."""

from dataclasses import dataclass
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from harvester.errors import SettingError, StoreDown


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account in one region, and what we are signed in with."""

    session: Any
    number: str
    region: str

    def client(self, service: str) -> Any:
        """Return a client of a service."""
        return client_of(self.session, service)


def client_of(session: Any, service: str) -> Any:
    """Return a client that repeats what AWS throttles."""
    return session.client(service, config=Config(retries={"mode": "standard"}))


def signed_in(environ: dict[str, str]) -> Account:
    """Return the account that AWS's own settings lead to.

    Raises `SettingError` that says what is missing, `StoreDown` when AWS can't be reached.
    """
    try:
        session = boto3.Session(region_name=environ.get("AWS_REGION") or None)
        if not session.region_name:
            raise SettingError(
                "no AWS region is known: set AWS_REGION, such as us-east-1, or run `aws configure`"
            )
        if session.get_credentials() is None:
            raise SettingError(
                "no AWS credentials are known: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                "or AWS_PROFILE to a profile of ~/.aws/config"
            )
        number = client_of(session, "sts").get_caller_identity()["Account"]
    except ClientError as error:
        raise SettingError(
            f"AWS refuses the credentials ({code(error)}): sign in again, or correct them"
        ) from None
    except EndpointConnectionError:
        raise StoreDown("AWS can't be reached: check the network and the region's name") from None
    except BotoCoreError as error:
        raise SettingError(
            f"the AWS credentials can't be used ({type(error).__name__}): sign in again, "
            "or correct AWS_PROFILE and ~/.aws/config"
        ) from None
    return Account(session, number, cast("str", session.region_name))


def code(error: ClientError) -> str:
    """Return the code of an error of AWS's, such as AccessDenied."""
    return str(error.response["Error"]["Code"])
