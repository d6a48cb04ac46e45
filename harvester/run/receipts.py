"""The record files that a manifest names, each under the very key that its unit's would have.

Whoever may write into a lake may name any key in a manifest, `../` in it too: nothing opens, copies
or deletes a file before its key is found to be one of these.
"""

from harvester.errors import DocumentError
from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.origins.table import ORIGINS


def receipts(plan: Plan, manifest: Manifest) -> list[tuple[str, FileReceipt]]:
    """Return each file of a manifest with its folder. Raises `DocumentError` for any other key."""
    known = ORIGINS[plan.asked.origin].folders(plan.asked)
    found = [(keys.records_folder(file.key), file) for file in manifest.files]
    for folder, file in found:
        prefix = keys.records_prefix(plan.asked.origin, folder, plan.date, plan.run)
        if folder not in known or not keys.is_record_key(
            file.key, prefix, manifest.unit, file.sha256, plan.asked.format
        ):
            raise DocumentError(
                f"{plan.folder.manifest(manifest.unit)} names what is no record file of its unit: "
                f"`harvester verify {plan.run}` lists what is wrong"
            )
    return found
