"""A Slack workspace on loopback: people and channels, the Web API with Slack's refusals, and the requests an app gets.

It knows nothing of the bot; what it accepts, refuses and sends is Slack's documentation, not the bot's wishes.
Read workspace.py first (how to run it), then people.py (what a person does), then the rules: block_kit.py and
*_methods.py.
"""

from playground.slack.directory import ALL_SCOPES, App, Channel, Directory, Person, Standing, UserGroup
from playground.slack.faults import connection_closed, hang, rate_limited, server_error, unavailable
from playground.slack.people import Reply, Submission
from playground.slack.screen import Button, Menu, Message, NotOnScreen, View
from playground.slack.state import Call
from playground.slack.workspace import Workspace

__all__ = [
    "ALL_SCOPES",
    "App",
    "Button",
    "Call",
    "Channel",
    "Directory",
    "Menu",
    "Message",
    "NotOnScreen",
    "Person",
    "Reply",
    "Standing",
    "Submission",
    "UserGroup",
    "View",
    "Workspace",
    "connection_closed",
    "hang",
    "rate_limited",
    "server_error",
    "unavailable",
]
