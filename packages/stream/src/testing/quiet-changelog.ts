import assert from 'node:assert/strict'
import type { ChangelogDeps } from '../changelog/changelog-store.ts'

/** Reports nothing; what fails, fails the test. */
export const quietChangelog: Omit<ChangelogDeps, 'log' | 'clock'> = {
  onRestoring: () => undefined,
  onRepaired: () => undefined,
  onRepairFailed: (error) => assert.fail(String(error)),
  onFollowed: () => undefined,
  onFollowFailed: (error) => assert.fail(String(error)),
}
