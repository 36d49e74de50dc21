-- KEYS: an inventory, the lease of whoever reads it anew. Gives its text, for how many more milliseconds it counts, and
-- whether somebody is reading. In one step: text and time have to be of the same writing.

return {redis.call('GET', KEYS[1]) or '', redis.call('PTTL', KEYS[1]), redis.call('EXISTS', KEYS[2])}
