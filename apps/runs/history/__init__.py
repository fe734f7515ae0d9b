"""From lines as they came to rows, columns and facts. Only `decoded` asks the store; the rest is plain arithmetic."""
