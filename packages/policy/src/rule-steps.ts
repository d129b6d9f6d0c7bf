type Node = Readonly<{ op: string; args: unknown }>

const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** What a rule may ask for that has members. */
const variables = new Set(['activity', 'action', 'network', 'attributes', 'signals'])
/** As many members as the lists and maps of an activity have at most: its signals, attributes, methods, the hits of lists. */
const membersMax = 64
/** Of what a variable of a loop stands for: it may be a list of the rule itself. */
const unknownMembersMax = 500

/** How many steps an evaluation of the rule takes at most, about: the nodes of its syntax tree, those of a loop as often as it goes round. */
export function stepsOf(tree: unknown): number {
  if (Array.isArray(tree)) return tree.reduce<number>((sum, part) => sum + stepsOf(part), 0)
  if (!isNode(tree)) return 0
  const { op, args } = tree
  const [name, receiver, parts] = op === 'rcall' && Array.isArray(args) ? (args as readonly unknown[]) : []
  if (typeof name === 'string' && loops.has(name)) return 1 + stepsOf(receiver) + membersOf(receiver) * stepsOf(parts)
  return 1 + stepsOf(args)
}

/** How many members a list or map has at most. */
function membersOf(tree: unknown): number {
  if (isOfActivity(tree)) return membersMax
  if (!isNode(tree) || !Array.isArray(tree.args)) return unknownMembersMax
  const args = tree.args as readonly unknown[]
  switch (tree.op) {
    case 'list':
    case 'map':
      return args.length
    case '+':
      return args.reduce<number>((sum, part) => sum + membersOf(part), 0)
    case '?:':
      return Math.max(membersOf(args[1]), membersOf(args[2]))
    case 'rcall':
      return args[0] === 'map' || args[0] === 'filter' ? membersOf(args[1]) : unknownMembersMax
    default:
      return unknownMembersMax
  }
}

/** Whether it is a variable of the rule, or a member of one. */
function isOfActivity(tree: unknown): boolean {
  if (!isNode(tree)) return false
  if (tree.op === 'id') return variables.has(String(tree.args))
  return (tree.op === '.' || tree.op === '[]') && Array.isArray(tree.args) && isOfActivity(tree.args[0])
}

function isNode(tree: unknown): tree is Node {
  return typeof tree === 'object' && tree !== null && 'op' in tree && 'args' in tree
}
