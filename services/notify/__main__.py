"""`python -m services.notify` runs the service."""

from bus.program import main
from services.notify.service import service

if __name__ == "__main__":
    main(service)
