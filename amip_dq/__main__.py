"""`python -m amip_dq` does what `amip-dq` does."""

from amip_dq.cli.main import main

main()
