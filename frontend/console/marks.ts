/** Cut a text at every occurrence of some words, upper and lower case alike: between, hit, between, hit, … */
export function splitAt(text: string, words: string): string[] {
  if (!words) return [text];
  const parts: string[] = [];
  const lower = text.toLowerCase();
  const wanted = words.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + words.length));
    from = at + words.length;
  }
  return [...parts, text.slice(from)];
}
