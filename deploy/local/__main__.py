"""`python -m deploy.local`: what `./bifang` runs once its environment stands."""

from deploy.local.cli import main

main()
