/** Puts text into the clipboard. */

/** Write to the clipboard, also on plain http where the clipboard interface is missing. False if neither way works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeBySelection(text);
  }
}

function writeBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy"); // eslint-disable-line @typescript-eslint/no-deprecated -- the only way over http
  } finally {
    area.remove();
  }
}
