// What people do goes to the playground, and its answer comes back. Nothing here changes the page: the page changes
// when the world has.

const token = document.querySelector('meta[name="playground-token"]').content;

/** The token this tab was given; a stream with another one comes from a later run. */
export const run = token;

/** Asks for a deed: { ok, said }. Never throws; what went wrong is said. */
export async function ask(deed, members = {}) {
  try {
    const answer = await fetch("/deeds", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Playground-Token": token },
      body: JSON.stringify({ deed, ...members }),
    });
    if (!answer.ok) return { ok: false, said: await answer.text() };
    return await answer.json();
  } catch {
    return { ok: false, said: "The playground does not answer. Is `make play` still running?" };
  }
}
