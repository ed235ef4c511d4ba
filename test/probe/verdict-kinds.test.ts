import { describe, expect, test } from 'vitest'
import { fits, tellsNothing, type VerdictKind, verdictKinds } from '../../src/probe/verdict-kinds.js'

const seen = (kind: VerdictKind, required = false, versions: readonly (1 | 2)[] = [], relay?: boolean) => ({
  kind,
  proxy: { required, versions },
  relay,
})

describe('a verdict that was expected', () => {
  test('is one of its own kind', () => {
    for (const kind of verdictKinds) expect(fits(seen(kind), kind)).toBe(true)
    expect(fits(seen('plain'), 'tls')).toBe(false)
  })

  test.each<[VerdictKind, ReturnType<typeof seen>, boolean]>([
    ['proxy-required', seen('accept-proxy'), true],
    ['proxy-required', seen('proxy-tls'), true],
    ['proxy-required', seen('proxy-ws'), true],
    ['proxy-required', seen('proxy-optional'), false],
    ['proxy-optional', seen('tls', false, [2]), true],
    ['proxy-optional', seen('mtls', false, [1]), true],
    ['proxy-optional', seen('ws', false, [1, 2]), true],
    ['proxy-optional', seen('wss', false, [2]), true],
    ['proxy-optional', seen('tls', true, [2]), false],
    ['proxy-optional', seen('tls', false, []), false],
    ['proxy-optional', seen('plain', false, [2]), false],
    ['haproxy-frontend', seen('tls', false, [], true), true],
    ['haproxy-frontend', seen('mtls', false, [], true), true],
    ['haproxy-frontend', seen('tls', false, [], false), false],
    ['haproxy-frontend', seen('tls'), false],
    ['haproxy-frontend', seen('ws', false, [], true), false],
  ])('%s of %o: %s', (expected, verdict, is) => {
    expect(fits(verdict, expected)).toBe(is)
  })
})

test('what tells nothing is not reached, or answers nothing', () => {
  expect(verdictKinds.filter(tellsNothing)).toEqual(['silent', 'closed', 'filtered', 'unreachable', 'unknown'])
  expect(verdictKinds).toHaveLength(18)
})
