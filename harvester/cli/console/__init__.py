"""What people see on their terminal: words, tables and bars, to stderr."""
