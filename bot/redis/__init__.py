"""What the bot keeps, in Redis; the only place that knows how it is written there.

Reading order: `client` (connections, and what their errors mean), `stored_move` (a move as text), `store` (moves, one
atomic write each; the scripts in `lua/`), `inventories` and `turns` (what may vanish), `durability` (does this server
keep what it acknowledges?), `embedded` (a Valkey of our own, where there is none).
"""
