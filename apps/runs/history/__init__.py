"""From lines as they came to rows, columns and facts. Knows no database: `stores` keeps, `queries` asks."""
