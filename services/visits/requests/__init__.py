"""What people ask of visits: to record what was done, to let a duty go with a reason, to put a policy in force."""

from pydantic import ConfigDict

FROM_JSON = ConfigDict(strict=False)
"""These are read at the door as they are: JSON has no UUID and no time, and FastAPI has read it before pydantic does."""
