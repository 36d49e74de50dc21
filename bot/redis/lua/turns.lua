-- KEYS: a zone for every turn wanted. ARGV: within how many seconds a turn has to begin, how many seconds it may begin
-- before the zone is free, then for every turn for how many seconds it takes the zone's servers.
-- Gives for every turn in how many seconds it begins, or nothing: not within that time, and none was taken.
-- Sent twice, it takes two turns, and the servers are asked later than they could be.

-- No queue is that long: what says otherwise was written before the server's clock was set back.
local LONGEST_S = 600

local within_s, ahead_s = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = tonumber(now())
local begins = {}

for number, zone in ipairs(KEYS) do
  local free = math.max(at, tonumber(redis.call('GET', zone) or 0))
  if free > at + LONGEST_S then
    free = at
  end
  local wait_s = math.max(0, free - ahead_s - at)
  begins[number] = ''
  if wait_s <= within_s then
    local until_s = free + tonumber(ARGV[number + 2])
    redis.call('SET', zone, string.format('%.6f', until_s), 'PX', math.max(1, math.ceil((until_s - at) * 1000)))
    begins[number] = string.format('%.6f', wait_s)
  end
end
return begins
