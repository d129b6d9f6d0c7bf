// Asks every address that it is given until all say that they are ready, for a minute unless told otherwise; exit code 1 after naming those that did not.
const deadline = Date.now() + 1_000 * Number(process.env.READY_WITHIN_SECONDS ?? 60)
let waiting = process.argv.slice(1)

async function faultOf(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    return answer.ok ? undefined : `${answer.status} ${await answer.text()}`
  } catch (error) {
    return String(error.cause ?? error)
  }
}

for (;;) {
  const found = await Promise.all(waiting.map(async (url) => [url, await faultOf(url)]))
  for (const [url, fault] of found)
    console.log(fault === undefined ? `ready      ${url}` : `not ready  ${url}: ${fault}`)
  waiting = found.flatMap(([url, fault]) => (fault === undefined ? [] : [url]))
  if (waiting.length === 0 || Date.now() >= deadline) break
  await new Promise((resolve) => setTimeout(resolve, 1_000))
}
process.exit(waiting.length === 0 ? 0 : 1)
