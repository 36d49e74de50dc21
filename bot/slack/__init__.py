"""Slack: what people read (pure), and the two adapters that talk to Slack (announcer, people).

    text | blocks        escaping and clock times; Block Kit's parts and their limits
    buttons              action ids, what a button carries, which state has which buttons
    source               a source that is disabled for a move, and how to undo that
    situation            the sentences that card, notices and status share
    record | progress    the TXT record and who has it; the steps of a move
    differences          what visitors will get, and whose deploy would undo it
    refusals | letters   AWS's "no" and what to do about it; texts to send to others
    waiting | endings    what a card says while it waits, and when all is over
    card | modals |      one function per message
      source_modal |
      notices | answers
    messages             the public face of all of the above
    announcer | people   ports.Announcer and ports.People; the only modules here that do anything

Nothing that people, AWS or DNS have written reaches Slack unescaped.
"""
