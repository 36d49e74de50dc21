-- KEYS: open. ARGV: what the keys of moves begin with. Gives {now, {the move}} or {now, {}}.

local id = redis.call('GET', KEYS[1])
if not id then
  return {now(), {}}
end
return {now(), {read(ARGV[1] .. id)}}
