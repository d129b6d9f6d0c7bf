import { parseSync } from 'oxc-parser'
import { sourceFiles } from './import-graph.ts'

type Node = Readonly<{ type: string; [member: string]: unknown }>

/** Types whose members are codes, beside those named `…ErrorCode`. */
const codeTypes: ReadonlySet<string> = new Set([
  'LockRefusal',
  'AuthorizationRefusal',
  'FrameFault',
  'TopicRefusal',
  'WebAuthnFault',
  'CertificateFault',
])

/** Functions whose first argument, if it is a text, is a code; constructors of `…Error` are found by their name. */
const codeFunctions: ReadonlySet<string> = new Set(['fault', 'errorFrame'])

/** Every stable error code that the code below a folder can produce, found in its syntax: types of codes, `code` of error classes, and what they are made with. */
export function errorCodes(folder: string): ReadonlySet<string> {
  const codes = new Set<string>()
  const declared = new Set<string>()
  const programs: unknown[] = []
  for (const [file, text] of sourceFiles(folder)) {
    if (/\.test\.ts$|\/test\/|\/testing\/|\/contract\/|\/page\//.test(file)) continue
    const { program } = parseSync(file, text)
    programs.push(program)
    visit(program, (node) => {
      if (node.type === 'ClassDeclaration') declared.add(nameOf(node['id']))
    })
  }
  visit(programs, (node) => {
    for (const code of codesOf(node, declared)) if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(code)) codes.add(code)
  })
  return codes
}

function codesOf(node: Node, declared: ReadonlySet<string>): readonly string[] {
  switch (node.type) {
    case 'TSTypeAliasDeclaration': {
      const name = nameOf(node['id'])
      return codeTypes.has(name) || name.endsWith('ErrorCode') ? literalsBelow(node['typeAnnotation']) : []
    }
    case 'ClassDeclaration': {
      const name = nameOf(node['id'])
      return name.endsWith('Error') || name.endsWith('Faults') ? codeProperty(node) : []
    }
    case 'NewExpression':
    case 'CallExpression': {
      const callee = node['callee'] as Node
      const name = nameOf(callee['type'] === 'MemberExpression' ? callee['property'] : callee)
      const [first, second] = node['arguments'] as readonly Node[]
      // An error of another part is explained with that part.
      const made = node['type'] === 'NewExpression' && name.endsWith('Error') && declared.has(name)
      if (!made && !codeFunctions.has(name)) return []
      // ApiError takes the status first.
      const argument = first?.['value'] === 0 ? second : first
      return typeof argument?.['value'] === 'string' ? [argument['value']] : []
    }
    default:
      return []
  }
}

function nameOf(identifier: unknown): string {
  return (identifier as { name?: string } | null)?.name ?? ''
}

function codeProperty(declaration: Node): readonly string[] {
  const { body } = declaration['body'] as { body: readonly Node[] }
  const property = body.find(
    ({ type, key }) => type === 'PropertyDefinition' && (key as { name?: string } | undefined)?.name === 'code',
  )
  return property === undefined ? [] : literalsBelow(property)
}

function literalsBelow(value: unknown): readonly string[] {
  const literals: string[] = []
  visit(value, ({ type, value: literal }) => {
    if (type === 'Literal' && typeof literal === 'string') literals.push(literal)
  })
  return literals
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, see)
    return
  }
  if (typeof node !== 'object' || node === null) return
  if ('type' in node) see(node as Node)
  for (const below of Object.values(node)) visit(below, see)
}
