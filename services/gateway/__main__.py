"""`python -m services.gateway` runs the service."""

from bus.program import main
from services.gateway.service import service

if __name__ == "__main__":
    main(service)
