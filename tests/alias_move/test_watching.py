"""In which lot a look is taken."""

from bot.alias_move.watching import SHARDS, Watched


def lot(name: str, zone: str) -> int:
    return Watched(name, zone, is_brief=True, since=0.0, stirred_at=0.0).shard


def test_looks_into_one_zone_are_in_one_lot_and_zones_are_spread_over_all():
    assert len({lot(f"_n{number}.example.com", "example.com") for number in range(9)}) == 1
    assert {lot("_www.example", f"zone{number}.example") for number in range(99)} == set(range(SHARDS))
