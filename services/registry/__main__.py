"""`python -m services.registry`."""

from bus.program import main
from services.registry.service import service

if __name__ == "__main__":
    main(service)
