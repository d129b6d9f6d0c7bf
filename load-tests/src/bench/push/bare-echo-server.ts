import { runAsChild } from '../drive/child.ts'
import { serveEcho } from './serve-echo.ts'

/** Echoes what would lock a session at once. */
await runAsChild(async () => ({
  url: await serveEcho((activity, push) => {
    if (activity.locks) push(activity)
  }),
}))
