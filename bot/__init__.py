"""The CNAME-conflict bot: finds who holds a CloudFront alias, moves it when people say so, and proves that it moved.

Layers, each importing only what stands below it (the test command checks this):

    bot.__main__                       builds everything once and joins it
    handlers | bot.tasks               what calls in: Slack, and the task engine;
      | bot.terminal                   beside them what is printed for operators
    bot.moves | bot.performing         what people do, and what workers do
      | bot.lots                       and looks at thousands of records, in lots
    bot.switching | bot.recording      the parts of it that switch a source, and change a record in Route 53
    bot.deciding | bot.aws | bot.dns   how an event reaches a move, and one package for each outside system;
      | bot.redis | bot.slack          these siblings do not know each other
    bot.ports                          the outside world as Protocols, and the errors it may raise
    bot.alias_move                     pure: names, findings, lifecycle, approval, pacing

Read in this order: `alias_move/names.py`, `alias_move/findings.py`, `alias_move/lifecycle.py`,
`ports/__init__.py`, `deciding.py`, `moves.py`, `performing.py`, `tasks.py`; then whichever outside system you came for.
"""
