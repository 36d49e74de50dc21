-- KEYS: a lease. ARGV: its owner. Ends it, unless it has run out and somebody else has it.

if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
