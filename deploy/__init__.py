"""How the system is brought up: on one machine (`deploy.local`), in containers, on a cluster."""
