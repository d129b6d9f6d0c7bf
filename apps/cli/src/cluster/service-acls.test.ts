import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UsageError } from '../terminal.ts'
import { aclCommands, principalsOf, serviceAcls } from './service-acls.ts'

describe('the rules for the services', () => {
  test('are for User:watchword-<service> unless a principal is named', () => {
    const principals = principalsOf(['scorer=User:CN=scorer,O=bank'])
    assert.equal(principals.get('scorer'), 'User:CN=scorer,O=bank')
    assert.equal(principals.get('auditor'), 'User:watchword-auditor')
  })

  test('are refused for unknown services and for names that a shell would read', () => {
    for (const wrong of ['scorer', 'stranger=User:x', 'scorer=alice', "scorer=User:x'", 'scorer=User:$(x)'])
      assert.throws(() => principalsOf([wrong]), UsageError, wrong)
  })

  test('name each right once where services share a principal', () => {
    const acls = serviceAcls(principalsOf(['ingest=User:one', 'scorer=User:one']))
    const texts = acls.map((acl) => JSON.stringify(acl))
    assert.equal(new Set(texts).size, texts.length)
  })

  test('become lines that grant the same', () => {
    const acls = serviceAcls(principalsOf([]))
    const lines = aclCommands(acls, 'kafka-1:9092')
    const granted = lines.flatMap((line) => {
      const [, principal, operation, pattern] =
        /'(.+)' --operation (\w+) --resource-pattern-type (\w+)/.exec(line) ?? []
      return [...line.matchAll(/--(topic|group) (\S+)/g)].map(([, resource, name]) => ({
        principal,
        resource,
        name,
        pattern,
        operation,
      }))
    })
    const sorted = (list: readonly object[]): string[] => list.map((each) => JSON.stringify(each)).toSorted()
    assert.deepEqual(sorted(granted), sorted(acls))
  })
})
