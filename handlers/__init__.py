"""Entry points that a cloud calls. They import `harvester`; nothing there imports them."""
