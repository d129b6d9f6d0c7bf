/** As a reader of CEF splits a line: the header at bars that are not escaped, the extension at names of fields. */
export function readCef(line: string): Readonly<{ head: readonly string[]; fields: ReadonlyMap<string, string> }> {
  const parts = line.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/)
  const found = [
    ...parts
      .slice(7)
      .join('|')
      .matchAll(/(\w+)=((?:[^\\=]|\\.)*?)(?= \w+=|$)/gsu),
  ]
  return { head: parts.slice(0, 7), fields: new Map(found.map(([, name = '', value = '']) => [name, value])) }
}
