-- What `create` and `commit` write alike.
-- A field `effect:<id>` exists exactly as long as the effect is outstanding; it counts the attempts.

local function save(keys, terms, body, at)
  redis.call('HSET', keys.move, 'version', terms.version, 'schema', terms.schema, 'body', body, 'ended', terms.ended)
  for _, gone in ipairs(terms.gone) do
    redis.call('HDEL', keys.move, 'effect:' .. gone.id)
    redis.call('ZREM', gone.index, gone.member)
  end
  for _, effect in ipairs(terms.outstanding) do
    redis.call('HSETNX', keys.move, 'effect:' .. effect.id, 0)
    -- NX: a look that has been put off since is not due again because of another change.
    redis.call('ZADD', effect.index, 'NX', effect.not_before, effect.member)
  end
  if terms.left then
    redis.call('SREM', keys.left, terms.id)
  end
  if terms.goes then
    redis.call('SADD', keys.target, terms.id)
  end
  if terms.show then
    -- NX: a card that has been due for a while does not go to the end of the line.
    redis.call('ZADD', keys.due, 'NX', at, terms.card)
  end
  if terms.entry then
    redis.call('XADD', keys.audit, '*', 'at', at, 'version', terms.version, unpack(terms.entry))
  end
  remember(keys.move, terms.operation, terms.version)
end
