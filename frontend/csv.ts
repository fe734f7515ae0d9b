/** Writes text as a field of CSV. */

/** Quote what needs it; what a spreadsheet would take for a formula begins with an apostrophe: names are anybody's. */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
