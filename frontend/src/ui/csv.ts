export type CsvCell = string | number | undefined;

/**
 * One field of a CSV file. Text that a spreadsheet would take for a formula gets an apostrophe in front
 * (OWASP, CSV injection); numbers are written as they are, so a negative number stays a number.
 */
export function field(cell: CsvCell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const safe = /^\s*[=+\-@\t\r＝＋－＠]/.test(cell) ? `'${cell}` : cell;
  return /[",;\n\r\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A CSV file with a byte-order mark, because Excel reads UTF-8 only with one, and CRLF after RFC 4180. */
export function csv(rows: CsvCell[][]): string {
  return '\uFEFF' + rows.map((r) => r.map(field).join(',') + '\r\n').join('');
}
