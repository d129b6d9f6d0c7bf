import { runAsChild } from '../drive/child.ts'
import { startGuard } from '../drive/start-guard.ts'

/** Session-guard alone. */
await runAsChild(async (onEnd) => {
  const { url, key } = await startGuard(onEnd)
  return { url, key }
})
