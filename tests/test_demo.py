"""What a newcomer sees first: the demo moves an alias by itself, with the bot's real processes, and ends."""

import pytest

from tests.playground_process import ROOT, left_behind, start_playground, temporary_directory


@pytest.mark.processes
@pytest.mark.timeout(120)
async def test_the_demo_moves_an_alias_and_ends_by_itself() -> None:
    with temporary_directory() as temporary:
        demo = await start_playground("demo", temporary=temporary)

        written, _ = await demo.communicate()
        left = await left_behind(demo, temporary)

    transcript = written.decode()
    assert demo.returncode == 0, transcript
    assert "mina: /cname-conflict www.example.com" in transcript
    assert "www.example.com is on the distribution green." in transcript
    assert "\x1b" not in transcript
    assert str(ROOT) not in transcript
    assert left == []
