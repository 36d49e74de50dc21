-- KEYS: recent, due. ARGV: what the keys of moves and of audits begin with, age in seconds, most to remove, most to
-- look at, how many of the oldest to pass over. Gives {how many were removed, how many were looked at}.

local recent, due = KEYS[1], KEYS[2]
local moves, audits = ARGV[1], ARGV[2]
local age_s, most, look_at, pass_over = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local limit = tonumber(now()) - age_s

local function remove(id)
  for _, field in ipairs(redis.call('HKEYS', moves .. id)) do
    local effect = string.match(field, '^effect:(.+)$')
    if effect then
      redis.call('ZREM', due, id .. '|' .. effect .. '|u', id .. '|' .. effect .. '|r')
    end
  end
  redis.call('ZREM', due, id .. '|card|u')
  redis.call('ZREM', recent, id)
  redis.call('DEL', moves .. id, audits .. id)
end

-- Whatever ended before the limit was opened before it.
local ids = redis.call('ZRANGEBYSCORE', recent, '-inf', string.format('%.6f', limit), 'LIMIT', pass_over, look_at)
local removed = 0
for looked, id in ipairs(ids) do
  local ended = redis.call('HGET', moves .. id, 'ended')
  if not ended or (ended ~= '' and tonumber(ended) < limit) then
    remove(id)
    removed = removed + 1
    if removed == most then
      return {removed, looked}
    end
  end
end
return {removed, #ids}
