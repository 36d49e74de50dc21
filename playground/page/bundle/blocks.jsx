// The kept library behind one function: a block of Slack's, drawn into an element. It hears of no click and no choice;
// the page listens by action id. Bundled by esbuild into blocks.js and blocks.css.

import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";

/** Draws one block and gives the function that takes it away again. `names`: users, channels, groups for mentions. */
export function drawBlock(place, block, names) {
  const root = createRoot(place);
  flushSync(() => root.render(<Message blocks={[block]} data={names} name="" logo="" withoutWrapper />));
  return () => root.unmount();
}
