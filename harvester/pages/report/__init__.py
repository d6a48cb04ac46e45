"""A run's report as a page: its history, the charts and the page itself."""
