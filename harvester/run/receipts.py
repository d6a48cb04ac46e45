"""The record files that a manifest names, each under the very key that its unit's would have.

Whoever may write into a lake may name any key in a manifest, `../` in it too: nothing opens, copies
or deletes a file before its key is found to be one of these.
"""

from collections.abc import Collection

from harvester.errors import DocumentError
from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.origins.table import ORIGINS


def receipts(plan: Plan, manifest: Manifest) -> list[tuple[str, FileReceipt]]:
    """Return each file of a manifest with its folder. Raises `DocumentError` for any other key."""
    known = ORIGINS[plan.asked.origin].folders(plan.asked)
    for file in manifest.files:
        if not is_receipt(plan, manifest.unit, file, known):
            raise DocumentError(
                f"{plan.folder.manifest(manifest.unit)} names what is no record file of its unit: "
                f"`harvester verify {plan.run}` lists what is wrong"
            )
    return [(keys.records_folder(file.key), file) for file in manifest.files]


def is_receipt(plan: Plan, unit: int, file: FileReceipt, folders: Collection[str]) -> bool:
    """Return whether a file's key is one that its unit's would have, in one of these folders."""
    folder = keys.records_folder(file.key)
    prefix = keys.records_prefix(plan.asked.origin, folder, plan.date, plan.run)
    return folder in folders and keys.is_record_key(
        file.key, prefix, unit, file.sha256, plan.asked.format
    )
