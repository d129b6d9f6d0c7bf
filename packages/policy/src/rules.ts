import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import { stepsOf } from './rule-steps.ts'

/** Whether a rule matches; `failed`: it could not be evaluated, which counts as no match and is told. */
export type RuleOutcome = 'matches' | 'no-match' | 'failed'

/** A rule ready to be evaluated over the variables of `ruleScope`, which takes about so many steps at most. */
export type CompiledRule = ((scope: Readonly<Record<string, unknown>>) => RuleOutcome) & Readonly<{ steps: number }>

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
    return unboundedCall(evaluate.ast) ?? Object.assign(ruleOf(evaluate), { steps: stepsOf(evaluate.ast) })
  } catch (error) {
    return faultOf(error)
  }
}

function ruleOf(
  evaluate: (scope: Record<string, unknown>) => unknown,
): (scope: Readonly<Record<string, unknown>>) => RuleOutcome {
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

// The limits of the parser do not bound these: a regular expression of JavaScript may backtrack for ever, loops within loops multiply, and what
// is bound to a name can be doubled under the next one.
function unboundedCall(ast: ASTNode): string | undefined {
  const called = callsOf(ast)
  if (called.includes('matches')) return 'matches() is not available: regular expressions have no bounded cost'
  if (called.includes('bind')) return 'cel.bind() is not available: what it holds can be doubled at will'
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
