import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mosquittoDriver } from '../../src/host/brokers/mosquitto.js'
import { makeCertificates } from '../../src/host/files/certificates.js'
import { startHaproxy } from '../../src/host/haproxy/running.js'
import { mqttConnect } from '../../src/host/net/mqtt-connect.js'
import { freePorts } from '../../src/host/net/ports.js'
import { findProgram } from '../../src/host/process/programs.js'
import type { ConnectObservation } from '../../src/host/types.js'
import type { ClientNeed } from '../../src/path/model.js'
import { encode } from '../../src/proxy-header/encode.js'
import { whole } from '../../src/proxy-header/write-plan.js'
import { type CertificateSet, planCertificates } from '../../src/scenarios/certificates.js'
import type { PairTexts, Ports } from './texts.js'

export const defaults = `defaults
    mode tcp
    retries 0
    timeout connect 2s
    timeout client 200s
    timeout server 200s

`

/** A client to try, at one bind. */
interface Try {
  readonly host: '127.0.0.1' | '::1'
  readonly port: number
  readonly client: ClientNeed
}

export type Place = { readonly host: string; readonly port: number } | { readonly path: string }

/** One HAProxy and one Mosquitto that run many pairs at once. */
export interface Batch {
  try(one: Try): Promise<ConnectObservation>
  stop(): Promise<void>
}

/** Ports from the kernel for so many pairs, all different. */
export async function portsFor(count: number, folder: string): Promise<readonly Ports[]> {
  const each = 6
  const all = await freePorts(count * each)
  return Array.from({ length: count }, (_, at) => {
    const [first = 0, second = 0, inner = 0, innermost = 0, listener = 0, wrong = 0] = all.slice(
      at * each,
      (at + 1) * each,
    )
    return { binds: [first, second], inner: [inner, innermost], listener, wrong, socket: join(folder, `${at}.sock`) }
  })
}

export async function makeFolder(): Promise<{ readonly path: string; readonly certificates: CertificateSet }> {
  const path = await mkdtemp(join(tmpdir(), 'mqtt-agree-'))
  const certificates = await makeCertificates(planCertificates({ clientCns: ['alice'], now: new Date() }))
  const { server, clients, clientCa } = certificates
  const alice = clients.alice
  await mkdir(join(path, 'certs'))
  const files = {
    'server.pem': `${server.cert}${server.key}`,
    'server.crt': server.cert,
    'server.key': server.key,
    'client-ca.pem': clientCa,
    'client.pem': `${alice?.cert}${alice?.key}`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, 'certs', name), text)
  return { path, certificates }
}

export async function startBatch(
  folder: { readonly path: string; readonly certificates: CertificateSet },
  pairs: readonly PairTexts[],
  waitFor: { readonly haproxy: readonly Place[]; readonly broker: readonly Place[] },
): Promise<Batch> {
  const haproxyFile = join(folder.path, 'haproxy.cfg')
  const brokerFile = join(folder.path, 'mosquitto.conf')
  await writeFile(haproxyFile, `${defaults}${pairs.flatMap((one) => one.haproxies).join('')}`)
  await writeFile(brokerFile, pairs.map((one) => one.mosquitto).join('\n'))
  const [haproxyProgram, mosquittoProgram] = await Promise.all([findProgram('haproxy'), findProgram('mosquitto')])
  const broker = await mosquittoDriver(mosquittoProgram.program).start({
    configFile: brokerFile,
    folder: folder.path,
    listeners: waitFor.broker,
  })
  const haproxy = await startHaproxy({
    program: haproxyProgram.program,
    files: [haproxyFile],
    folder: folder.path,
    listeners: waitFor.haproxy,
  })
  const { certificates } = folder
  const alice = certificates.clients.alice
  let number = 0
  return {
    try: ({ host, port, client }) => {
      const secure = client.tls !== 'none'
      const header = encode({
        version: 2,
        source: { address: host === '::1' ? '2001:db8::9' : '203.0.113.9', port: 4567 },
        destination: { address: host === '::1' ? '2001:db8::1' : '203.0.113.1', port: 1883 },
      })
      number++
      return mqttConnect({
        target: { scheme: secure ? 'mqtts' : 'mqtt', host, port, path: '' },
        mqtt: '3.1.1',
        clientId: `agree-${number}`,
        timeoutMs: 4000,
        ...(client.header === 'always' && { preface: whole(header) }),
        ...(secure && {
          tls: {
            ca: certificates.serverCa,
            servername: 'localhost',
            ...(client.certificate !== 'none' && alice !== undefined && { cert: alice.cert, key: alice.key }),
          },
        }),
      })
    },
    stop: async () => {
      await Promise.all([haproxy.stop(), broker.stop()])
    },
  }
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
