"""`python -m services.visits` runs the service."""

from bus.program import main
from services.visits.service import service

if __name__ == "__main__":
    main(service)
