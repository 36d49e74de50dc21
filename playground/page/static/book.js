// Who is who in a world: names for mentions, and whose conversation a channel is.

/** `names` by id as a mention reads, `data` as the kept library wants it, `people` by id as authors. */
export function drawnNames({ slack }) {
  const people = Object.fromEntries(slack.people.map((person, number) => [person.id, { ...person, number }]));
  const bot = { ...slack.bot, isApp: true };
  const everybody = [...slack.people, slack.bot];
  return {
    people: { ...people, [bot.id]: bot },
    names: Object.fromEntries([
      ...everybody.map(({ id, name }) => [id, `@${name}`]),
      ...slack.groups.map(({ id, name }) => [id, `@${name}`]),
      ...slack.channels.map(({ id, name }) => [id, `#${name}`]),
    ]),
    data: { users: everybody, channels: slack.channels, user_groups: slack.groups.map((group) => ({ ...group, handle: group.name })) },
    isChannel: (id) => id === slack.channel,
    isDirect: (id) => id.startsWith("D"),
    isMine: (id, me) => slack.directs[id] === me.id,
  };
}
