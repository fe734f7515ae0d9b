"""Pages about oneself: profile, ways to sign in, tokens, and links that work once."""
