"""`python -m services.medical` runs the service."""

from bus.program import main
from services.medical.service import service

if __name__ == "__main__":
    main(service)
