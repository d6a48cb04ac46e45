"""A run's plan, held to what its origin offers: the lake's documents know no origin."""

from harvester.errors import DocumentError
from harvester.lake import keys
from harvester.lake.documents import plan as documents
from harvester.lake.documents.plan import Plan
from harvester.origins.table import ORIGINS
from harvester.stores import Store


async def load_plan(store: Store, folder: keys.RunFolder) -> Plan | None:
    """Return a run's plan, or None without one.

    Raises `DocumentError` when it can't be read, or asks for what its origin does not have.
    """
    plan = await documents.load_plan(store, folder)
    if plan is None:
        return None
    asked, known = plan.asked.endpoints, ORIGINS[folder.origin].endpoints
    for name in asked:
        if name not in known:
            raise DocumentError(
                f"{folder.plan} asks for {name}, which is no endpoint of {folder.origin}: "
                "use the harvester that wrote it, or a newer one"
            )
    if len(set(asked)) < len(asked):
        raise DocumentError(
            f"{folder.plan} is damaged: move the run's folder away to plan it again"
        )
    return plan
