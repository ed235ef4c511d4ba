import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { type Child, startChild } from '../../../src/host/process/children.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { waitForListeners } from '../../../src/host/process/readiness.js'
import { attemptOpen } from '../../../src/host/sandbox/attempts.js'
import type { RunningBroker } from '../../../src/host/types.js'
import { type CertificateSet, planCertificates } from '../../../src/scenarios/certificates.js'

/** A HAProxy with a master, its sockets, and a broker with a log file behind it. */
export interface LiveLab {
  readonly folder: string
  readonly socket: string
  readonly master: string
  readonly config: string
  readonly brokerLog: string
  readonly haproxy: Child
  readonly broker: RunningBroker
  readonly ports: Readonly<Record<'tls' | 'wants' | 'bare', number>>
  /** An MQTT client over mutual TLS that stays. */
  client(clientId: string, keepalive?: number): Promise<{ readonly local: string; end(): void }>
}

export async function startLiveLab(release: string): Promise<LiveLab> {
  const { path: folder } = await makeWorkdir('live')
  const [tls = 0, wants = 0, bare = 0, broker = 0, dead = 0] = await freePorts(5)
  const certificates = await makeCertificates(planCertificates({ bad: [], now: new Date() }))
  const [socket, master, config] = [join(folder, 's'), join(folder, 'm'), join(folder, 'haproxy.cfg')]
  const brokerLog = join(folder, 'mosquitto.log')
  writeFileSync(join(folder, 'server.pem'), certificates.server.cert + certificates.server.key)
  writeFileSync(join(folder, 'ca.crt'), certificates.clientCa)
  const mosquittoConf = join(folder, 'mosquitto.conf')
  writeFileSync(
    mosquittoConf,
    `listener ${broker} 127.0.0.1
enable_proxy_protocol 2
require_certificate true
use_identity_as_username true
allow_anonymous true
log_dest file ${brokerLog}
`,
  )
  writeFileSync(config, haproxyConfig({ folder, socket, tls, wants, bare, broker, dead }))
  const listeners = (...ports: number[]) => ports.map((port) => ({ host: '127.0.0.1', port }))
  const running = await (await driverFor('mosquitto')).start({
    folder,
    configFile: mosquittoConf,
    listeners: listeners(broker),
  })
  const { program } = await findProgram('haproxy', { chosen: release })
  const haproxy = await startChild({
    name: 'haproxy',
    program,
    args: ['-W', '-S', master, '-dR', '-f', config],
    cwd: folder,
  })
  const missing = await waitForListeners([...listeners(tls, wants, bare), { path: socket }], { alive: haproxy.alive })
  if (missing.length > 0) throw new Error(haproxy.log.lines().join('\n'))
  await haproxy.log.waitFor((line) => line.includes('dead/d1 is DOWN'), 10_000)
  return {
    folder,
    socket,
    master,
    config,
    brokerLog,
    haproxy,
    broker: running,
    ports: { tls, wants, bare },
    client: (clientId, keepalive) => connected(tls, clientId, keepalive, certificates, running),
  }
}

async function connected(
  port: number,
  clientId: string,
  keepalive: number | undefined,
  certificates: CertificateSet,
  broker: RunningBroker,
) {
  const way = {
    to: { host: '127.0.0.1', port },
    scheme: 'mqtts' as const,
    tls: { trust: 'server-ca' as const, certificate: 'valid' as const },
    header: undefined,
    localAddress: undefined,
  }
  const hello = { mqtt: '3.1.1' as const, clientId, ...(keepalive !== undefined && { keepalive }) }
  const { observation, session } = await attemptOpen(way, hello, { certificates, timeoutMs: 10_000 })
  if (session === undefined) throw new Error(`no session: ${observation.detail}`)
  await broker.saw(clientId, 5000)
  return { local: observation.local ?? '', end: () => session.close() }
}

interface Places {
  readonly folder: string
  readonly socket: string
  readonly tls: number
  readonly wants: number
  readonly bare: number
  readonly broker: number
  readonly dead: number
}

function haproxyConfig({ folder, socket, tls, wants, bare, broker, dead }: Places): string {
  return `global
  log stdout format raw local0
  stats socket ${socket} mode 600 level operator
  stats socket ${socket}-user mode 600 level user
  maxconn 500
defaults
  mode tcp
  log global
  option tcplog
  timeout connect 5s
  timeout client 100s
  timeout server 100s
frontend mqtts
  option logasap
  log-format "%ci:%cp [%t] %ft %b/%s %ts %sslv %sslc CN=%[ssl_c_s_dn(cn)]"
  bind 127.0.0.1:${tls} ssl crt ${folder}/server.pem verify required ca-file ${folder}/ca.crt
  default_backend brokers
frontend wants
  bind 127.0.0.1:${wants} accept-proxy
  default_backend brokers
frontend bare
  bind 127.0.0.1:${bare}
  tcp-request inspect-delay 30s
  tcp-request content accept if { req.len gt 0 }
  default_backend brokers
backend brokers
  server m1 127.0.0.1:${broker} check send-proxy-v2-ssl-cn
backend dead
  server d1 127.0.0.1:${dead} check inter 200ms fall 1 send-proxy-v2
`
}
