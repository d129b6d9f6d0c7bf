/** A column of a table as text: its name, and what a row has there; nothing for what is unknown. */
export type CsvColumn<Row> = Readonly<{
  name: string
  value: (row: Row) => string | number | boolean | undefined
}>

/**
 * What spreadsheets take for a formula at the beginning of a cell, and the sign that guards against it, so that a guarded cell can be told from
 * one that came so (OWASP ASVS 5.0 1.2.10). The full-width forms are read like the others.
 */
const risky = /^[=+\-@\t\r\n\0'＝＋－＠]/u

/** Rows as CSV (RFC 4180), the names first. A text that a spreadsheet could run stands behind an apostrophe; numbers are none. */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ value }) => cellOf(value(row))))]
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('')
}

function cellOf(value: string | number | boolean | undefined): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const guarded = risky.test(value) ? `'${value}` : value
  return /[",\r\n\0\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
