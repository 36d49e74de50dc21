"""What the log looks like: one line an event, as key=value text or as JSON. Secrets have no business in it.

botocore and the Slack libraries print credentials and whole requests below INFO, so they never go there.
"""

import json
import logging
import sys
import time

NEVER_BELOW_INFO = ("botocore", "boto3", "urllib3", "slack_sdk", "slack_bolt", "aiohttp", "docket")
QUIET = ("aiohttp.access", "botocore", "boto3", "docket")
"""They tell at INFO what nobody asked."""


class TextFormatter(logging.Formatter):
    """`2026-11-22T14:03:05.123Z level=INFO logger=bot.moves opened move=…`."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ level=%(levelname)s logger=%(name)s %(message)s", "%Y-%m-%dT%H:%M:%S"
        )

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """One line, so that no foreign text in it can pass for a second event; only a traceback has more."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


class JsonFormatter(logging.Formatter):
    """The same as one JSON object."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        line = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(level: str, *, as_json: bool) -> None:
    """Send everything to standard error."""
    line = logging.StreamHandler(sys.stderr)
    line.setFormatter(JsonFormatter() if as_json else TextFormatter())
    logging.basicConfig(level=level, handlers=[line], force=True)
    wanted = logging.getLevelNamesMapping()[level]
    for name in NEVER_BELOW_INFO:
        logging.getLogger(name).setLevel(max(logging.INFO, wanted))
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, wanted))
