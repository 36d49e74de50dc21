-- Stands in front of every script.
-- Times are strings of Unix seconds: Lua prints a number with 14 digits, which would lose the microseconds.

local OPERATIONS_KEPT = 32

local function now()
  local time = redis.call('TIME')
  return string.format('%d.%06d', time[1], time[2])
end

local function read(move)
  return redis.call('HMGET', move, 'version', 'schema', 'body', 'card_version')
end

-- A client whose answer was lost sends its script again. The field `ops` holds `<operation>=<answer>` of the newest
-- writes, so that the second time gives the first time's answer and changes nothing.
local function answer_to(move, operation)
  local operations = redis.call('HGET', move, 'ops') or ''
  return string.match(' ' .. operations, ' ' .. operation .. '=(%S*)')
end

local function remember(move, operation, answer)
  local kept = {}
  for one in string.gmatch(redis.call('HGET', move, 'ops') or '', '%S+') do
    kept[#kept + 1] = one
  end
  kept[#kept + 1] = operation .. '=' .. answer
  local first = math.max(1, #kept - OPERATIONS_KEPT + 1)
  redis.call('HSET', move, 'ops', table.concat(kept, ' ', first))
end
