"""What the catalog has beside its tables: parameters, the database, a workgroup and its results."""

from typing import Any

from harvester.zones.ddl.athena import FIRST_DATE

PARAMETERS = {
    "Bucket": {"Type": "String", "Description": "The lake's bucket"},
    "Name": {
        "Type": "String",
        "Default": "tmdb-harvester",
        "AllowedPattern": "^[a-zA-Z0-9._-]{1,120}$",
        "Description": "Name of the workgroup",
    },
    "DatabaseName": {
        "Type": "String",
        "Default": "tmdb_harvester",
        "AllowedPattern": "^[a-z0-9_]{1,120}$",
        "Description": "Name of the Glue database",
    },
    "FirstDate": {
        "Type": "String",
        "Default": FIRST_DATE,
        "AllowedPattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "Description": "The first date that Athena looks for; each costs a list of S3",
    },
    "Format": {
        "Type": "String",
        "Default": "array",
        "AllowedValues": ["array", "lines"],
        "Description": "How records are stored; only lines can be read by Athena",
    },
    "ScanLimit": {
        "Type": "Number",
        "Default": 10_000_000_000,
        "MinValue": 10_000_000,
        "Description": "Bytes after which a query is ended; 10 GB cost 0.05 USD",
    },
    "ResultDays": {
        "Type": "Number",
        "Default": 7,
        "MinValue": 1,
        "Description": "Days until the results of queries are deleted",
    },
}


def athena() -> dict[str, Any]:
    """Return the database, the workgroup and the bucket of its results. Pure."""
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    expiry = {
        "Id": "results",
        "Status": "Enabled",
        "ExpirationInDays": {"Ref": "ResultDays"},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    by_tls = {
        "Sid": "OnlyByTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [
            {"Fn::GetAtt": ["Results", "Arn"]},
            {"Fn::Sub": "${Results.Arn}/*"},
        ],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    unneeded = [
        {
            "id": "CKV_AWS_18",
            "comment": "Athena's history says who asked what; results are short-lived",
        },
        {
            "id": "CKV_AWS_21",
            "comment": "A result is written once, deleted in days, and asked for again",
        },
    ]
    return {
        "Results": {
            "Type": "AWS::S3::Bucket",
            "Metadata": {"checkov": {"skip": unneeded}},
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]},
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                "PublicAccessBlockConfiguration": dict.fromkeys(closed, True),
                "LifecycleConfiguration": {"Rules": [expiry]},
            },
        },
        "ResultsPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Results"},
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [by_tls]},
            },
        },
        "WorkGroup": {
            "Type": "AWS::Athena::WorkGroup",
            "Properties": {
                "Name": {"Ref": "Name"},
                "RecursiveDeleteOption": True,  # the queries and their history go with it
                "WorkGroupConfiguration": {
                    "BytesScannedCutoffPerQuery": {"Ref": "ScanLimit"},
                    "EnforceWorkGroupConfiguration": True,
                    "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
                    "PublishCloudWatchMetricsEnabled": True,
                    "ResultConfiguration": {
                        "OutputLocation": {"Fn::Sub": "s3://${Results}/"},
                        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
                    },
                },
            },
        },
        "Database": {
            "Type": "AWS::Glue::Database",
            "Properties": {
                "CatalogId": {"Ref": "AWS::AccountId"},
                "DatabaseInput": {
                    "Name": {"Ref": "DatabaseName"},
                    "Description": "A TMDB harvester's lake: Refined, Trusted, Raw",
                },
            },
        },
    }
