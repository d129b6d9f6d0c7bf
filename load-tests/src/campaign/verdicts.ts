/** Counts of what held and what did not, with an example of each fault. */
export interface Verdicts {
  pass(check: string, times?: number): void
  fail(check: string, example: string): void
  /** Passes when `holds`, else fails. */
  expect(check: string, holds: boolean, example: () => string): void
  /** One line a check, the examples of faults, and the last line `N passed, N failed`. */
  lines(): readonly string[]
  passed(): number
  failed(): number
}

const examplesMax = 5

/** Verdicts of a campaign; `onFault` hears of each fault as it is found. */
export function createVerdicts(onFault: (line: string) => void = () => undefined): Verdicts {
  const checks = new Map<string, { passed: number; examples: string[]; failed: number }>()

  function entry(check: string): { passed: number; examples: string[]; failed: number } {
    const known = checks.get(check) ?? { passed: 0, examples: [], failed: 0 }
    checks.set(check, known)
    return known
  }

  function fail(check: string, example: string): void {
    const known = entry(check)
    known.failed += 1
    if (known.examples.length >= examplesMax) return
    known.examples.push(example)
    onFault(`FAULT ${check}: ${example}`)
  }

  const passed = (): number => [...checks.values()].reduce((sum, check) => sum + check.passed, 0)
  const failed = (): number => [...checks.values()].reduce((sum, check) => sum + check.failed, 0)
  return {
    pass(check, times = 1) {
      entry(check).passed += times
    },
    fail,
    expect(check, holds, example) {
      if (holds) entry(check).passed += 1
      else fail(check, example())
    },
    lines() {
      const each = [...checks].map(
        ([check, { passed: good, failed: bad }]) => `  ${check}: ${good} held, ${bad} failed`,
      )
      const examples = [...checks].flatMap(([check, known]) =>
        known.examples.map((text) => `  FAULT ${check}: ${text}`),
      )
      return [...each, ...examples, `${passed()} passed, ${failed()} failed`]
    },
    passed,
    failed,
  }
}
