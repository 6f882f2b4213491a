"""The door at which other services' lists get their names: they know ids alone."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest

from bus.api import May
from bus.decisions import NOBODY, Caller
from services.registry.api.doors import Opens, keys_of, within_reach
from services.registry.bodies.names import Asking
from services.registry.reading import reading
from services.registry.reading.names import Names, names_of

router = APIRouter(tags=["查找"])


@router.post("/names", summary="按编号查姓名和单位名称")
async def names(
    body: Asking, http: HttpRequest, opens: Opens, caller: Annotated[Caller, Depends(May("read-files"))]
) -> Names:
    """Of those within reach; the ids are posted, so whose names were asked stands in no address and no log."""
    within = await within_reach(http, caller, None)
    own = NOBODY if within.held is not None else within.unit  # whoever is named for people is named for no unit
    async with reading(http.app.state.database) as tables:
        shown = await names_of(tables, keys_of(http), within, own, body.people, body.units)
    await opens(caller, "names", (each.person_id for each in shown.people))
    return shown
