/** Whether a row is of a build that kept rows as JSON: none in Avro begins so, as its first bytes are a version, or the length of a text. */
export function isJson(row: Uint8Array): boolean {
  return row[0] === openingBrace
}

const openingBrace = 0x7b
