"""The world on loopback: a Slack workspace, CloudFront accounts and DNS zones for newcomers and tests.

Everything here listens on loopback only and reaches nothing else. It imitates documented services from the
outside and never imports bot or handlers: the bot meets it as it meets the real services, over sockets.
"""
