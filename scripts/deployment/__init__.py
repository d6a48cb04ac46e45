"""The parts of `scripts/deploy.py`: an account, its token, its bucket, its stack."""
