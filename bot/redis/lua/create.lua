-- KEYS: move, open, due, recent, audit, the moves that go to its target. ARGV: terms as JSON, body.
-- Gives {what became of it, now, the move that holds the alias}.

local keys = {
  move = KEYS[1], open = KEYS[2], due = KEYS[3], recent = KEYS[4], audit = KEYS[5], target = KEYS[6]
}
local terms = cjson.decode(ARGV[1])
local at = now()

if answer_to(keys.move, terms.operation) then
  return {'saved', at}
end
local holder = redis.call('GET', keys.open)
-- A hold without its move was left by somebody who deleted keys by hand; it must not block the alias for ever.
if holder and redis.call('EXISTS', terms.moves .. holder) == 1 then
  return {'taken', at, holder}
end
if redis.call('EXISTS', keys.move) == 1 then
  return {'changed', at}
end
redis.call('SET', keys.open, terms.id)
redis.call('ZADD', keys.recent, terms.opened_at, terms.id)
save(keys, terms, ARGV[2], at)
return {'saved', at}
