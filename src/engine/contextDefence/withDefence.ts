/** Puts a text as lines of its own before the last line of a prompt, which holds the question. */
export function withDefence(prompt: string, text: string): string {
  const start = prompt.lastIndexOf('\n') + 1;
  return `${prompt.slice(0, start)}${text}\n${prompt.slice(start)}`;
}
