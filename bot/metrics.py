"""What operators count. Counters only; nothing here decides anything, and no name or id of a person is a label."""

from prometheus_client import Counter, Histogram

MOVES_OPENED = Counter("cname_moves_opened", "Moves that were opened.")
MOVES_ENDED = Counter("cname_moves_ended", "Moves that reached a final state.", ["state"])
EFFECT_SECONDS = Histogram(
    "cname_effect_seconds",
    "Seconds an effect took in a worker, outside systems included.",
    ["kind"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
EFFECTS_ABANDONED = Counter("cname_effects_abandoned", "Effects given up after too many attempts.", ["kind"])
NOTICES_REPEATED = Counter("cname_notices_repeated", "Notices that may stand twice in a thread, after a crash.")
CALLS_SENT = Counter("cname_associate_calls", "AssociateAlias requests sent.")
SWITCHES_SENT = Counter("cname_source_switches", "Times CloudFront was about to be asked to switch a source.", ["kind"])
RECORDS_SENT = Counter("cname_zone_records", "Times Route 53 was about to be asked to change a record.", ["kind"])
COMMIT_CONFLICTS = Counter("cname_commit_conflicts", "Commits that found a newer move and decided again.")
LISTENER_ERRORS = Counter("cname_listener_errors", "Requests of Slack that ended in an unexpected error.")
