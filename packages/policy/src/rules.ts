import { type ASTNode, Environment } from '@marcbachmann/cel-js'

/** Whether a rule matches; `failed`: it could not be evaluated, which counts as no match and is told. */
export type RuleOutcome = 'matches' | 'no-match' | 'failed'

/** A rule ready to be evaluated over the variables of `ruleScope`. */
export type CompiledRule = (scope: Readonly<Record<string, unknown>>) => RuleOutcome

const loopsMax = 2
const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

const environment = new Environment({
  limits: { maxAstNodes: 500, maxDepth: 24, maxListElements: 300, maxMapEntries: 50, maxCallArguments: 10 },
})
  .registerVariable('level', 'string')
  .registerVariable('previousLevel', 'string')
  .registerVariable('score', 'double')
  .registerVariable('trained', 'bool')
  .registerVariable('outcome', 'string')
  .registerVariable('session', 'string')
  .registerVariable('activity', 'map')
  .registerVariable('action', 'map')
  .registerVariable('network', 'map')
  .registerVariable('attributes', 'map')
  .registerVariable('signals', 'list<string>')

/** Compiles one CEL rule; answers the fault as text when it has one. */
export function compileRule(when: string): CompiledRule | string {
  try {
    const evaluate = environment.parse(when)
    const checked = evaluate.check()
    if (!checked.valid) return faultOf(checked.error)
    if (checked.type !== 'bool' && checked.type !== 'dyn')
      return `must be true or false, not ${checked.type ?? 'unknown'}`
    return unboundedCall(evaluate.ast) ?? ruleOf(evaluate)
  } catch (error) {
    return faultOf(error)
  }
}

function ruleOf(evaluate: (scope: Record<string, unknown>) => unknown): CompiledRule {
  return (scope) => {
    try {
      const result = evaluate(scope)
      if (typeof result !== 'boolean') return 'failed'
      return result ? 'matches' : 'no-match'
    } catch (error) {
      if (error instanceof Error) return 'failed'
      throw error
    }
  }
}

// The limits of the parser do not bound these two: a regular expression of JavaScript may backtrack for ever, and loops within loops multiply.
function unboundedCall(ast: ASTNode): string | undefined {
  const called = callsOf(ast)
  if (called.includes('matches')) return 'matches() is not available: regular expressions have no bounded cost'
  if (called.filter((name) => loops.has(name)).length > loopsMax) return `holds more than ${loopsMax} loops`
  return undefined
}

function callsOf(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(callsOf)
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return []
  const { op, args } = node
  const name: unknown = Array.isArray(args) ? args[0] : undefined
  const own = (op === 'call' || op === 'rcall') && typeof name === 'string' ? [name] : []
  return [...own, ...callsOf(args)]
}

function faultOf(error: unknown): string {
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
  // `type` alone is a type of the language itself.
  const hint = /\btype == string|type != string|\btype\b.*overload/.test(text)
    ? ' (the type of the activity is activity.type)'
    : ''
  return `does not compile: ${text.slice(0, 200)}${hint}`
}
