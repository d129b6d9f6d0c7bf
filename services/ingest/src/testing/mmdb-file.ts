/** A value of a record; whole numbers are written as 32 bits. */
type Value = string | number | readonly string[] | { readonly [field: string]: Value }

type Node = { zero: Node | number | undefined; one: Node | number | undefined }

/** The bytes of a MaxMind DB (format 2.0) of IPv4 networks, each with its record. */
export function mmdbFile(records: Readonly<Record<`${string}/${number}`, Value>>, builtAt: Date): Buffer {
  const root: Node = { zero: undefined, one: undefined }
  const data: Buffer[] = []
  for (const [network, record] of Object.entries(records)) {
    insert(
      root,
      network,
      data.reduce((bytes, each) => bytes + each.length, 0),
    )
    data.push(encoded(record))
  }
  const nodes = nodesBelow(root)
  const tree = nodes.map((node) => Buffer.concat([node.zero, node.one].map((next) => pointer(next, nodes))))
  const metadata = encoded({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Math.floor(builtAt.getTime() / 1000),
    database_type: 'test',
    description: { en: 'test' },
    ip_version: 4,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 24,
  })
  const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex')
  return Buffer.concat([...tree, Buffer.alloc(16), ...data, marker, metadata])
}

/** The bits of the network lead to where its record begins. */
function insert(root: Node, network: string, offset: number): void {
  const [address = '', length = ''] = network.split('/')
  const bits = address
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('')
  let node = root
  for (const [index, bit] of bits.slice(0, Number(length)).split('').entries()) {
    const side = bit === '0' ? 'zero' : 'one'
    if (index === Number(length) - 1) node[side] = offset
    else {
      const next = node[side]
      node = typeof next === 'object' ? next : (node[side] = { zero: undefined, one: undefined })
    }
  }
}

function nodesBelow(node: Node): readonly Node[] {
  return [node, ...[node.zero, node.one].flatMap((next) => (typeof next === 'object' ? nodesBelow(next) : []))]
}

function pointer(next: Node | number | undefined, nodes: readonly Node[]): Buffer {
  const bytes = Buffer.alloc(3)
  if (next === undefined) bytes.writeUIntBE(nodes.length, 0, 3)
  else bytes.writeUIntBE(typeof next === 'number' ? nodes.length + 16 + next : nodes.indexOf(next), 0, 3)
  return bytes
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([head(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([head(6, 4), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([head(11, value.length), ...value.map(encoded)])
  const fields = Object.entries(value)
  return Buffer.concat([head(7, fields.length), ...fields.flatMap(([name, each]) => [encoded(name), encoded(each)])])
}

/** The control bytes of a type and a size below 285. */
function head(type: number, size: number): Buffer {
  const [short, more] = size < 29 ? [size, []] : [29, [size - 29]]
  return Buffer.from(type > 7 ? [short, type - 7, ...more] : [(type << 5) | short, ...more])
}
