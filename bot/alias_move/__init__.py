"""The thinking: what a person sees as "moving an alias", as plain functions on plain values.

Nothing in this package reads a clock, talks to a network or waits. Whoever needs a mock to test a decision has found
code that belongs somewhere else.
"""
