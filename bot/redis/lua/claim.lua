-- KEYS: a lot of looks. ARGV: what the keys of moves begin with, most to give, after how many seconds a look counts as
-- long overdue, most of those to give, for how many seconds nobody else is given them.
-- Gives {now, {an entry, ...}, when the next one is due, or nothing}.
-- Sent twice, it gives other looks; those of the lost answer come back after the while that they were claimed for.

local lot = KEYS[1]
local moves, most, late_s, most_late, claimed_s = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local at = now()

local function second(after_s)
  return string.format('%.6f', tonumber(at) + after_s)
end

local found = redis.call('ZRANGE', lot, second(-late_s), at, 'BYSCORE', 'LIMIT', 0, most)
for _, entry in ipairs(redis.call('ZRANGE', lot, '-inf', '(' .. second(-late_s), 'BYSCORE', 'LIMIT', 0, most_late)) do
  found[#found + 1] = entry
end

local claimed = {}
for _, entry in ipairs(found) do
  local id, effect = string.match(entry, '^([^|]+)|([^|]+)|')
  if redis.call('HEXISTS', moves .. id, 'effect:' .. effect) == 1 then
    redis.call('ZADD', lot, second(claimed_s), entry)
    claimed[#claimed + 1] = entry
  else
    -- Left by a release that did not know of lots, or by somebody who deleted keys by hand.
    redis.call('ZREM', lot, entry)
  end
end
return {at, claimed, redis.call('ZRANGE', lot, 0, 0, 'WITHSCORES')[2] or ''}
