-- KEYS: move, due. ARGV: version shown, the card's entry in due. Says the same when sent twice.

local move, due = KEYS[1], KEYS[2]
local shown, card = tonumber(ARGV[1]), ARGV[2]
local version = redis.call('HGET', move, 'version')

if not version then
  redis.call('ZREM', due, card)
  return
end
-- Nobody can have shown what is not stored yet; believing it would hide the next version.
shown = math.min(shown, tonumber(version))
if shown > tonumber(redis.call('HGET', move, 'card_version') or 0) then
  redis.call('HSET', move, 'card_version', shown)
end
if shown == tonumber(version) then
  redis.call('ZREM', due, card)
end
