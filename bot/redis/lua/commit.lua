-- KEYS: move, open, due, nonce, audit, the moves that go to its target, and those that go to the one it had before.
-- ARGV: terms as JSON, body.
-- Gives {what became of it, now, version on the card}.

local keys = {
  move = KEYS[1], open = KEYS[2], due = KEYS[3], nonce = KEYS[4], audit = KEYS[5], target = KEYS[6], left = KEYS[7]
}
local terms = cjson.decode(ARGV[1])
local at = now()

if answer_to(keys.move, terms.operation) then
  return {'saved', at, redis.call('HGET', keys.move, 'card_version')}
end
if terms.nonce and redis.call('EXISTS', keys.nonce) == 0 then
  return {'spent', at}
end
if redis.call('HGET', keys.move, 'version') ~= terms.expected then
  return {'changed', at}
end
-- First, because a server without memory refuses a script only at its first write, and never a DEL.
save(keys, terms, ARGV[2], at)
if terms.nonce then
  redis.call('DEL', keys.nonce)
end
if terms.ended ~= '' and redis.call('GET', keys.open) == terms.id then
  redis.call('DEL', keys.open)
end
return {'saved', at, redis.call('HGET', keys.move, 'card_version')}
