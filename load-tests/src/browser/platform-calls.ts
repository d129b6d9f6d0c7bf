/** The platform under test, by its key with every scope: WATCHWORD_URL and WATCHWORD_KEY. */
export const platform = {
  url: process.env['WATCHWORD_URL'] ?? '',
  key: process.env['WATCHWORD_KEY'] ?? '',
} as const

/** One call by a backend, with that key or another one; throws what was refused. */
export async function call(
  method: string,
  path: string,
  body?: object,
  key = platform.key,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(new URL(path, platform.url), {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${text}`)
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}
