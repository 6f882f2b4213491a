"""What the container image and `docker-compose.yml` need beside the services themselves."""
