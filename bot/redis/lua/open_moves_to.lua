-- KEYS: the moves that go to a target. ARGV: what the keys of moves begin with, a move that is not counted.
-- Gives how many of the others are open. Says the same when sent twice.

local going = KEYS[1]
local moves, besides = ARGV[1], ARGV[2]
local count = 0

for _, id in ipairs(redis.call('SMEMBERS', going)) do
  if redis.call('HGET', moves .. id, 'ended') ~= '' then
    -- Deleted by hand, or ended by an older release that does not know of this set.
    redis.call('SREM', going, id)
  elseif id ~= besides then
    count = count + 1
  end
end
return count
