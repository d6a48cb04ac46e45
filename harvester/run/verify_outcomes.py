"""Whether a run's `outcomes.csv` is what its manifests say."""

import hashlib

from harvester.errors import LakeError
from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.outcomes import WAY_OUT, header_line, lines_of
from harvester.lake.documents.plan import Plan
from harvester.run.past_outcomes import exists
from harvester.stores import Store


class ExpectedOutcomes:
    """The hash of the file that the manifests, added in order, would give."""

    def __init__(self, plan: Plan) -> None:
        self._hash = hashlib.sha256(header_line(plan.asked.origin))

    def add(self, manifest: Manifest) -> None:
        """Add the next unit."""
        self._hash.update(lines_of(manifest))

    async def misfit(self, store: Store, plan: Plan) -> str | None:
        """Return what is wrong with the file; nothing where there is none, as before 0.2.0."""
        key = plan.folder.outcomes
        found = hashlib.sha256()
        try:
            if not await exists(store, key):
                return None
            async for chunk in store.stream(key):
                found.update(chunk)
        except LakeError as error:
            return str(error)
        if found.digest() == self._hash.digest():
            return None
        return f"is not what the manifests say: {WAY_OUT}"
