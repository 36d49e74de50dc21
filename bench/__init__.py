"""Figures for README, each beside something else that was measured in the same run on the same machine.

They run the bot as operators do, in processes of its own, against the playground's world, and count where its requests
arrive. Nothing here is part of the tests: a figure is no promise, and a busy machine makes other ones.
"""
