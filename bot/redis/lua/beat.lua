-- KEYS: workers. ARGV: a worker, or nothing; for how many seconds a beat counts. Gives how many workers are alive.

local workers = KEYS[1]
local worker, counts_s = ARGV[1], tonumber(ARGV[2])
local at = now()

if worker ~= '' then
  redis.call('ZADD', workers, at, worker)
  redis.call('ZREMRANGEBYSCORE', workers, '-inf', '(' .. string.format('%.6f', tonumber(at) - counts_s))
end
return redis.call('ZCOUNT', workers, string.format('%.6f', tonumber(at) - counts_s), '+inf')
