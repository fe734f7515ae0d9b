"""REST: runs. One module per noun."""
