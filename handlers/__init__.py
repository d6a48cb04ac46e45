"""Entry points for cloud services. They import `harvester`, which never imports them."""
