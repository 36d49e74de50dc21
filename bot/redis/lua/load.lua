-- KEYS: any number of moves. Gives {now, {a move, ...}}.

local rows = {}
for place, move in ipairs(KEYS) do
  rows[place] = read(move)
end
return {now(), rows}
