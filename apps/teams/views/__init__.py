"""Pages about teams, and the set-up of the server with its first one."""
