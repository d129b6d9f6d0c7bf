/** The head of every generated page: its title, and what not to do with it. */
export function generatedPage(title: string, source: string, parts: readonly string[]): string {
  return `<!-- Generated from ${source} by \`npm run generate\`: do not edit. -->\n\n# ${title}\n\n${parts.join('\n\n')}\n`
}

/** A table; cells may hold Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** `text` as code; empty stays empty. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

/** A text that is no Markdown: what looks like a tag or a star of emphasis stays what it is. */
export function plainText(text: string): string {
  return text.replaceAll(/[<*]/g, String.raw`\$&`)
}
