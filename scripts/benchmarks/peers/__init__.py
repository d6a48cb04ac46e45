"""The same job done with other tools, each as its own documentation advises.

`.venv-peers/bin/python -m benchmarks.peers.NAME URL IDS FOLDER` with `scripts` on the path: find,
details, credits and keywords of every id, written under the folder. They import nothing of ours.
"""
