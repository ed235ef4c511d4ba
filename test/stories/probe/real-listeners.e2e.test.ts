import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { haproxyFacts, startHaproxy } from '../../../src/host/haproxy/haproxy.js'
import { mqttConnect } from '../../../src/host/net/mqtt-connect.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { parseTarget } from '../../../src/kernel/target.js'
import type { VerdictKind } from '../../../src/probe/verdict-kinds.js'
import { fits } from '../../../src/probe/verdict-kinds.js'
import type { ProbeRequest } from '../../../src/stories/probe/probe.js'
import { type Certificates, certificatesIn, codesOf, probeOne } from './listeners.js'

const mosquitto = [
  'plain',
  'v1',
  'v2',
  'v2-tls',
  'strict',
  'identity',
  'tls',
  'mtls',
  'ws',
  'v2-ws',
  'identity-ws',
] as const
const frontends = [
  'tcp',
  'proxy',
  'tls',
  'mtls',
  'mtls-1.2',
  'accept',
  'accept-tls',
  'accept-mtls',
  'forgot',
  'none',
  'down',
  'down-checked',
] as const
const embedded = ['plain', 'required', 'cert'] as const

const ports = new Map<string, number>()
let certificates: Certificates

const at = (name: string) => `127.0.0.1:${ports.get(name) ?? 0}`
const bind = (name: string) => `listener ${ports.get(name) ?? 0} 127.0.0.1`

beforeAll(async () => {
  const folder = (await makeWorkdir('test')).path
  certificates = await certificatesIn(folder)
  const names = [
    ...mosquitto.map((one) => `mosquitto/${one}`),
    ...embedded.map((one) => `embedded/${one}`),
    ...['2.6', '3.2'].flatMap((line) => frontends.map((one) => `haproxy-${line}/${one}`)),
  ]
  const free = await freePorts(names.length)
  names.forEach((name, index) => {
    ports.set(name, free[index] ?? 0)
  })
  // The kernel gives this one to nobody, however long the tests take.
  ports.set('nobody', 1)
  await startMosquitto(folder)
  await startEmbedded(folder)
  for (const line of ['2.6', '3.2']) await startFrontends(folder, line)
})
afterAll(endAll)

async function startMosquitto(folder: string): Promise<void> {
  const { cert, key, clientCa } = certificates.files
  const configFile = join(folder, 'mosquitto.conf')
  writeFileSync(
    configFile,
    `allow_anonymous true
${bind('mosquitto/plain')}
${bind('mosquitto/v1')}
enable_proxy_protocol 1
${bind('mosquitto/v2')}
enable_proxy_protocol 2
${bind('mosquitto/v2-tls')}
enable_proxy_protocol 2
proxy_protocol_v2_require_tls true
${bind('mosquitto/strict')}
enable_proxy_protocol 2
proxy_protocol_v2_require_tls true
require_certificate true
${bind('mosquitto/identity')}
enable_proxy_protocol 2
proxy_protocol_v2_require_tls true
require_certificate true
use_identity_as_username true
${bind('mosquitto/tls')}
certfile ${cert}
keyfile ${key}
${bind('mosquitto/mtls')}
certfile ${cert}
keyfile ${key}
cafile ${clientCa}
require_certificate true
${bind('mosquitto/ws')}
protocol websockets
${bind('mosquitto/v2-ws')}
protocol websockets
enable_proxy_protocol 2
${bind('mosquitto/identity-ws')}
protocol websockets
enable_proxy_protocol 2
proxy_protocol_v2_require_tls true
require_certificate true
use_identity_as_username true
`,
  )
  const listeners = mosquitto.map((one) => ({ host: '127.0.0.1', port: ports.get(`mosquitto/${one}`) ?? 0 }))
  await (await driverFor('mosquitto')).start({ folder, configFile, listeners })
}

async function startEmbedded(folder: string): Promise<void> {
  const configFile = join(folder, 'embedded.conf')
  writeFileSync(
    configFile,
    `allow_anonymous true
${bind('embedded/plain')}
${bind('embedded/required')}
enable_proxy_protocol 2
${bind('embedded/cert')}
enable_proxy_protocol 2
require_certificate true
`,
  )
  const listeners = embedded.map((one) => ({ host: '127.0.0.1', port: ports.get(`embedded/${one}`) ?? 0 }))
  await (await driverFor('embedded')).start({ folder, configFile, listeners })
}

async function startFrontends(folder: string, line: string): Promise<void> {
  const { program } = await findProgram('haproxy', { chosen: line })
  const { version } = await haproxyFacts(program)
  expect(version.startsWith(line)).toBe(true)
  const { serverPem, clientCa } = certificates.files
  const port = (name: string) => ports.get(name) ?? 0
  const front = (name: string, more = '', backend = name) => `
frontend ${name}
    bind 127.0.0.1:${port(`haproxy-${line}/${name}`)} ${more}
    ${backend === '' ? '' : `default_backend b_${backend}`}`
  const back = (name: string, to: number, more = '') => `
backend b_${name}
    server one 127.0.0.1:${to} ${more}`
  const file = join(folder, `haproxy-${line}.cfg`)
  writeFileSync(
    file,
    `global
    log stdout format raw local0
defaults
    mode tcp
    timeout connect 1s
    timeout client 20s
    timeout server 20s
${front('tcp')}
${front('proxy')}
${front('tls', `ssl crt ${serverPem}`, 'proxy')}
${front('mtls', `ssl crt ${serverPem} ca-file ${clientCa} verify required`, 'proxy')}
${front('mtls-1.2', `ssl crt ${serverPem} ssl-max-ver TLSv1.2 ca-file ${clientCa} verify required`, 'proxy')}
${front('accept', 'accept-proxy', 'tcp')}
${front('accept-tls', `accept-proxy ssl crt ${serverPem}`, 'tcp')}
${front('accept-mtls', `accept-proxy ssl crt ${serverPem} ca-file ${clientCa} verify required`, 'tcp')}
${front('forgot')}
${front('none', '', '')}
${front('down')}
${front('down-checked')}
${back('tcp', port('mosquitto/plain'))}
${back('proxy', port('mosquitto/v2'), 'send-proxy-v2')}
${back('forgot', port('mosquitto/v2'))}
${back('down', port('nobody'))}
${back('down-checked', port('nobody'), 'check inter 100ms fall 1')}
`,
  )
  const listeners = frontends.map((one) => ({ host: '127.0.0.1', port: port(`haproxy-${line}/${one}`) }))
  await startHaproxy({ program, files: [file], folder, listeners })
}

const frontendRows = (line: string): [string, VerdictKind][] => [
  [`haproxy-${line}/tcp`, 'haproxy-frontend'],
  [`haproxy-${line}/proxy`, 'haproxy-frontend'],
  [`haproxy-${line}/tls`, 'tls'],
  [`haproxy-${line}/mtls`, 'mtls'],
  [`haproxy-${line}/accept`, 'accept-proxy'],
  [`haproxy-${line}/accept-tls`, 'proxy-tls'],
  [`haproxy-${line}/accept-mtls`, 'proxy-tls'],
  [`haproxy-${line}/forgot`, 'proxy-required'],
  [`haproxy-${line}/mtls-1.2`, 'mtls'],
  [`haproxy-${line}/none`, 'no-backend'],
  [`haproxy-${line}/down`, 'no-backend'],
  [`haproxy-${line}/down-checked`, 'no-backend'],
]

const rows: [string, VerdictKind][] = [
  ['mosquitto/plain', 'plain'],
  ['mosquitto/v1', 'proxy-required'],
  ['mosquitto/v2', 'proxy-required'],
  ['mosquitto/v2-tls', 'proxy-required'],
  ['mosquitto/strict', 'proxy-required'],
  ['mosquitto/identity', 'proxy-required'],
  ['mosquitto/tls', 'tls'],
  ['mosquitto/mtls', 'mtls'],
  ['mosquitto/ws', 'ws'],
  ['mosquitto/v2-ws', 'proxy-ws'],
  ['mosquitto/identity-ws', 'proxy-ws'],
  ['embedded/plain', 'plain'],
  ['embedded/required', 'proxy-required'],
  ['embedded/cert', 'proxy-required'],
  ['nobody', 'closed'],
  ...frontendRows('2.6'),
  ...frontendRows('3.2'),
]

describe('the verdict on a real listener', () => {
  it.each(rows)('%s is %s', async (name, kind) => {
    const one = await probeOne(at(name), { timeoutMs: 6000 })
    expect({ kind: one.verdict.kind, seen: summary(one.seen) }).toMatchObject({ kind })
  })

  it.each(['mosquitto/plain', 'mosquitto/v2', 'embedded/plain', 'embedded/required'])(
    '%s has no relay in front',
    async (name) => {
      expect((await probeOne(at(name))).verdict.relay).toBe(false)
    },
  )

  it.each(['2.6', '3.2'])('sees HAProxy %s in front of a TLS listener too', async (line) => {
    const { verdict } = await probeOne(at(`haproxy-${line}/tls`))
    expect(verdict.relay).toBe(true)
    expect(fits(verdict, 'haproxy-frontend')).toBe(true)
    expect((await probeOne(at('mosquitto/tls'))).verdict.relay).toBe(false)
  })

  it('leaves every listener healthy', async () => {
    await Promise.all(rows.map(([name]) => probeOne(at(name), { timeoutMs: 6000 })))
    const good = await mqttConnect({
      target: parseTarget(at('haproxy-3.2/proxy')),
      timeoutMs: 3000,
      mqtt: '3.1.1',
      clientId: 'after',
    })
    expect(good.outcome).toBe('accepted')
  })
})

describe('versions and what the broker says', () => {
  it('tells which header versions are taken', async () => {
    expect((await probeOne(at('mosquitto/v1'))).verdict.proxy).toEqual({
      required: true,
      versions: [1],
      local: undefined,
    })
    expect((await probeOne(at('mosquitto/v2'))).verdict.proxy).toEqual({ required: true, versions: [2], local: false })
    expect((await probeOne(at('haproxy-3.2/accept'))).verdict.proxy).toEqual({
      required: true,
      versions: [1, 2],
      local: true,
    })
  })

  it('keeps what the broker says of itself apart', async () => {
    const { verdict } = await probeOne(at('mosquitto/v2'))
    expect(verdict.says.version).toMatch(/^mosquitto version 2\.1/)
    expect(verdict.mqtt).toEqual(['3.1.1', '5.0'])
  })
})

describe('findings', () => {
  it('a relay that adds no header in front of a PROXY listener', async () => {
    expect(codesOf(await probeOne(at('haproxy-3.2/forgot')))).toContain('MP-P601 HIGH')
    expect(codesOf(await probeOne(at('mosquitto/v2')))).not.toContain('MP-P601 HIGH')
  })

  it('a PROXY listener that is reachable, refuses LOCAL and tells its version', async () => {
    const codes = codesOf(await probeOne(at('mosquitto/v2')))
    expect(codes).toEqual(expect.arrayContaining(['MP-P301 INFO', 'MP-P304 MEDIUM', 'MP-P501 LOW', 'MP-P901 WARN']))
  })

  it('TLS required by the presence of the TLV only, as Mosquitto 2.1 does it', async () => {
    expect(codesOf(await probeOne(at('mosquitto/v2-tls')))).toContain('MP-P305 CRITICAL')
    expect(codesOf(await probeOne(at('mosquitto/strict')))).not.toContain('MP-P305 CRITICAL')
  })

  it('a forged identity, only when asked', async () => {
    const asked: Partial<ProbeRequest> = { spoof: 'admin' }
    const quiet = await probeOne(at('mosquitto/identity'))
    expect(quiet.seen.map((one) => one.attempt)).not.toContain('v2-cn')
    expect(codesOf(quiet).join()).not.toContain('MP-P302')
    expect(codesOf(await probeOne(at('mosquitto/identity'), asked))).toContain('MP-P302 INFO')
  })

  it('the same on WebSocket and on TLS behind a header as on TCP', async () => {
    const webSocket = await probeOne(at('mosquitto/v2-ws'))
    expect(webSocket.verdict).toMatchObject({ kind: 'proxy-ws', mqtt: ['3.1.1', '5.0'], proxy: { versions: [2] } })
    expect(codesOf(webSocket)).toEqual(expect.arrayContaining(['MP-P301 INFO', 'MP-P304 MEDIUM', 'MP-P901 WARN']))
    const forged = await probeOne(at('mosquitto/identity-ws'), { spoof: 'admin' })
    expect([forged.verdict.kind, ...codesOf(forged)]).toEqual(expect.arrayContaining(['proxy-ws', 'MP-P302 INFO']))
    const tls = await probeOne(at('haproxy-3.2/accept-tls'))
    expect(tls.verdict).toMatchObject({
      kind: 'proxy-tls',
      mqtt: ['3.1.1', '5.0'],
      proxy: { versions: [1, 2], local: true },
    })
    expect(codesOf(tls)).toEqual(expect.arrayContaining(['MP-P301 INFO', 'MP-P304 OK', 'MP-P402 OK', 'MP-P401 INFO']))
  })

  it('a client certificate that is required behind a header, or in TLS 1.2, or was given where none is', async () => {
    const tls = { ca: certificates.serverCa, ...certificates.client }
    const required = await probeOne(at('haproxy-3.2/accept-mtls'), { tls })
    expect(required.verdict).toMatchObject({ kind: 'proxy-tls', clientCertificate: 'required', mqtt: ['3.1.1', '5.0'] })
    expect(codesOf(required)).toContain('MP-P401 OK')
    expect((await probeOne(at('haproxy-3.2/accept-mtls'))).verdict.clientCertificate).toBe('required')
    const without = await probeOne(at('haproxy-3.2/accept-tls'), { tls })
    expect(without.verdict.clientCertificate).toBe('not required')
    const finding = without.findings.find(({ code }) => code === 'MP-P401')
    expect(finding?.evidence).toEqual([expect.stringMatching(/^tls-bare: .*CONNACK 0/)])
    expect(codesOf(await probeOne(at('haproxy-3.2/mtls-1.2')))).toEqual(
      expect.arrayContaining(['MP-P401 OK', 'MP-P901 WARN']),
    )
  })

  it('certificates: trust, name, validity, the client’s', async () => {
    const { serverCa, client } = certificates
    const trusted = await probeOne(at('haproxy-3.2/mtls'), { tls: { ca: serverCa, ...client } })
    expect(trusted.verdict).toMatchObject({ kind: 'mtls', clientCertificate: 'required', mqtt: ['3.1.1', '5.0'] })
    const codes = codesOf(trusted)
    expect(codes).toEqual(expect.arrayContaining(['MP-P401 OK', 'MP-P402 OK', 'MP-P404 OK']))
    expect(codes.join()).not.toMatch(/MP-P40[35]/)
    const strange = await probeOne(at('haproxy-3.2/tls'), { tls: { servername: 'other.example' } })
    expect(codesOf(strange)).toEqual(expect.arrayContaining(['MP-P401 INFO', 'MP-P403 MEDIUM', 'MP-P405 INFO']))
    const named = await probeOne(at('haproxy-3.2/tls'), { tls: { ca: serverCa, servername: 'other.example' } })
    expect(codesOf(named)).toContain('MP-P403 MEDIUM')
    expect(codesOf(named).join()).not.toContain('MP-P405')
    const soon = await probeOne(at('haproxy-3.2/tls'), { now: Date.now() + 45 * 86_400_000 })
    expect(codesOf(soon)).toContain('MP-P402 MEDIUM')
  })
})

function summary(
  seen: readonly { attempt: string; outcome: string; stage: string; ms: number; detail?: string | undefined }[],
) {
  return seen.map((one) => `${one.attempt} ${one.outcome}@${one.stage} ${one.ms.toFixed(0)} ${one.detail ?? ''}`)
}
