"""Pages about projects as such: settings, people, privacy. What they hold is shown by upper apps."""
