-- KEYS: move, due. ARGV: move id, effect id, operation, newest schema the caller can read.
-- Gives {attempts, now, the move}, or nothing where the effect is not outstanding.

local move, due = KEYS[1], KEYS[2]
local id, effect, operation, schema = unpack(ARGV)
local field = 'effect:' .. effect

if redis.call('HEXISTS', move, field) == 0 then
  -- Nothing writes such an entry, but one left by somebody who deleted keys by hand would be due for ever.
  redis.call('ZREM', due, id .. '|' .. effect .. '|u', id .. '|' .. effect .. '|r')
  return {}
end
local row = read(move)
local attempts = answer_to(move, operation)
-- A worker that can't read the move will not try the effect, so it must not use up an attempt.
if not attempts and tonumber(row[2]) <= tonumber(schema) then
  attempts = redis.call('HINCRBY', move, field, 1)
  remember(move, operation, attempts)
end
return {attempts or 0, now(), row}
