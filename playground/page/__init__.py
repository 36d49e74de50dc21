"""A page on loopback beside the prompt: the channel as Slack would show it, the world around it, and every deed.

Read server.py first (what is served, and to whom not), then glance.py (what the page is told), wishes.py (what it may
ask for), static/page.js (how it is drawn) and bundle.py (how the kept library that draws blocks gets there).

It must never do to the world what the prompt could not: everything goes through `Deeds`.
"""
