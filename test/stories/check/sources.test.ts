import { expect, test } from 'vitest'
import { Fault } from '../../../src/kernel/errors.js'
import { brokerSource, haproxySource } from '../../../src/stories/check/sources.js'

function refused(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return `${error.code} ${error.exit} ${error.at?.file}:${error.at?.line}`
  }
}

const cfg = (text: string) => () => haproxySource([{ file: 'h.cfg', text }], 'only')
const conf = (file: string, text: string) => () => brokerSource(file, text, [])

test.each([
  ['a quote that never closes', cfg('defaults\n  mode tcp\n  log-format "%ci\n'), 'MP-CONFIG-SYNTAX 2 h.cfg:3'],
  ['a single one', cfg("listen l\n  bind :1883\n  acl a src 'x\n"), 'MP-CONFIG-SYNTAX 2 h.cfg:3'],
  ['none', cfg('defaults\n  log-format "%ci"\n'), 'read'],
  ['a HAProxy file for a broker', conf('x.conf', 'listen l\n  bind :1\n  server a :2\n'), 'MP-CONFIG-KIND 2 x.conf:1'],
  ['an emqx.conf', conf('emqx.conf', 'listeners.tcp.default {\n  bind = 1883\n}\n'), 'read'],
  ['the classic format', conf('rabbitmq.config', '[{rabbit, []}].\n'), 'MP-CONFIG-KIND 2 rabbitmq.config:1'],
  ['what could be anything', conf('some.conf', 'allow_anonymous true\n'), 'read'],
])('%s', (_, read, verdict) => {
  expect(refused(read)).toBe(verdict)
})
