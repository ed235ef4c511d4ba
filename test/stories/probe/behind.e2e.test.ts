import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { startHaproxy } from '../../../src/host/haproxy/haproxy.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { parseTarget } from '../../../src/kernel/target.js'
import { probe } from '../../../src/stories/probe/probe.js'
import { type Certificates, certificatesIn, requestFor } from './listeners.js'

const brokers = ['plain', 'v1', 'v2', 'v2-tls', 'identity'] as const
/** frontend: what its server line sends, and to which listener. */
const frontends = {
  good: ['v2', 'send-proxy-v2'],
  'no-sender': ['v2', ''],
  'no-receiver': ['plain', 'send-proxy-v2'],
  'v1-to-v2': ['v2', 'send-proxy'],
  'v2-to-v1': ['v1', 'send-proxy-v2'],
  'tls-lost': ['v2-tls', 'send-proxy-v2'],
  'cn-lost': ['identity', 'send-proxy-v2-ssl'],
  'short-timeout': ['v2', 'send-proxy-v2'],
} as const
type Name = keyof typeof frontends

const ports = new Map<string, number>()
let certificates: Certificates

beforeAll(async () => {
  const folder = (await makeWorkdir('test')).path
  certificates = await certificatesIn(folder)
  const names = [...brokers, ...Object.keys(frontends)]
  const free = await freePorts(names.length)
  names.forEach((name, index) => {
    ports.set(name, free[index] ?? 0)
  })
  const bind = (name: string) => `listener ${ports.get(name)} 127.0.0.1`
  const configFile = join(folder, 'mosquitto.conf')
  writeFileSync(
    configFile,
    `allow_anonymous true
${bind('plain')}
${bind('v1')}
enable_proxy_protocol 1
${bind('v2')}
enable_proxy_protocol 2
${bind('v2-tls')}
enable_proxy_protocol 2
proxy_protocol_v2_require_tls true
${bind('identity')}
enable_proxy_protocol 2
require_certificate true
use_identity_as_username true
`,
  )
  const listening = (all: readonly string[]) => all.map((name) => ({ host: '127.0.0.1', port: ports.get(name) ?? 0 }))
  await (await driverFor('mosquitto')).start({ folder, configFile, listeners: listening(brokers) })
  const { serverPem, clientCa } = certificates.files
  const sections = Object.entries(frontends).map(([name, [broker, send]]) => {
    const tls = name === 'cn-lost' ? `ssl crt ${serverPem} ca-file ${clientCa} verify required` : ''
    return `frontend ${name}
    bind 127.0.0.1:${ports.get(name)} ${tls}
    ${name === 'short-timeout' ? 'timeout client 1s' : ''}
    default_backend b_${name}
backend b_${name}
    server one 127.0.0.1:${ports.get(broker)} ${send}`
  })
  const file = join(folder, 'haproxy.cfg')
  const defaults = 'defaults\n    mode tcp\n    timeout connect 1s\n    timeout client 20s\n    timeout server 20s\n'
  writeFileSync(file, `${defaults}${sections.join('\n')}\n`)
  const { program } = await findProgram('haproxy')
  await startHaproxy({ program, files: [file], folder, listeners: listening(Object.keys(frontends)) })
})
afterAll(endAll)

async function through(name: Name, more: Parameters<typeof requestFor>[1] = {}) {
  const behind = parseTarget(`127.0.0.1:${ports.get(frontends[name][0])}`)
  const run = await probe(requestFor([`127.0.0.1:${ports.get(name)}`], { behind, ...more }))
  return { run, codes: run.through?.findings.map(({ code, severity }) => `${code} ${severity}`) }
}

describe('a frontend compared with the broker behind it', () => {
  it('fits', async () => {
    const { run, codes } = await through('good')
    expect(codes).toEqual(['MP-P601 OK'])
    expect(run.through?.text).toContain('adds its own PROXY header (v2)')
  })

  it.each([
    ['no-sender', 'MP-P601 HIGH'],
    ['no-receiver', 'MP-P602 HIGH'],
    ['v1-to-v2', 'MP-P603 HIGH'],
    ['v2-to-v1', 'MP-P603 HIGH'],
    ['tls-lost', 'MP-P604 HIGH'],
  ] as const)('%s is named', async (name, code) => {
    expect((await through(name)).codes).toEqual([code])
  })

  it('a CN that is not sent is named', async () => {
    const { codes } = await through('cn-lost', { tls: { ...certificates.client, ca: certificates.serverCa } })
    expect(codes).toEqual(['MP-P605 HIGH'])
  })

  it('a timeout shorter than the keepalive is named', async () => {
    const { run } = await through('short-timeout', { idleSeconds: 2 })
    const [frontend, broker] = run.probed
    expect(frontend?.findings.map(({ code }) => code)).toContain('MP-P606')
    expect(broker?.findings.map(({ code }) => code)).not.toContain('MP-P606')
  })
})
