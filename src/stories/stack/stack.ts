import { ownBroker, type RunnableKind, runnableKinds } from '../../brokers/index.js'
import type { Relocated } from '../../check/sandbox/relocate.js'
import { driverFor } from '../../host/brokers/index.js'
import { makeCertificates } from '../../host/files/certificates.js'
import { makeWorkdir } from '../../host/files/workdir.js'
import { haproxyFacts } from '../../host/haproxy/haproxy.js'
import { requireMachine } from '../../host/process/machine.js'
import { findProgram } from '../../host/process/programs.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { Sight } from '../../host/types.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { oneOf, onlyKnown } from '../../kernel/known-names.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { type CertificateSet, clientPair, flaws, planCertificates } from '../../scenarios/certificates.js'
import { findScenario } from '../../scenarios/find.js'
import type { HostPort } from '../../scenarios/options.js'
import type { ClientCertificate, ClientTransport } from '../../scenarios/types.js'
import { whyNot } from '../check/cannot.js'
import { carefully, fileSubjects, generatedSubject, type Subject } from '../check/sources.js'
import { startSubject } from '../check/start.js'
import { sightOf } from '../check/steps.js'
import { misused, ownServer, portsBeside } from './own-server.js'

/** What to start. A scenario by name or number, or your own pair of files. */
export interface StackOptions {
  readonly scenario?: string
  /** Paths; several HAProxy files are read in this order. They are read, never written. */
  readonly haproxyConfig?: string | readonly string[]
  readonly brokerConfig?: string
  /**
   * `127.0.0.1:PORT` of a broker that runs already: HAProxy is put in front of it, as the scenario says, and no other
   * broker is started. It has to listen on a loopback address, and to read the header that the scenario sends.
   */
  readonly server?: string
  /** Default `embedded`. */
  readonly broker?: RunnableKind
  /** Path or release of the broker's program; default: the one that is found. */
  readonly brokerProgram?: string
  /** Path or release of HAProxy; default: the one that is found. */
  readonly haproxy?: string
  /** How clients speak to a generated scenario; default `tcp`. */
  readonly transport?: ClientTransport
  readonly ip?: 4 | 6
  readonly signal?: AbortSignal
}

/** PEM texts, as `tls.connect` and MQTT clients take them. */
export interface StackTls {
  readonly ca: string
  /** The good client certificate, where the frontend asks for one. */
  readonly cert?: string
  readonly key?: string
  /** The other certificates: expired, of a wrong CA, and so on; for negative tests. */
  client(which: ClientCertificate): { readonly cert: string; readonly key: string } | undefined
}

/** A running HAProxy with a broker behind it, on private loopback ports. */
export interface Stack extends AsyncDisposable {
  /** HAProxy's frontend: `mqtts://127.0.0.1:40123`. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** What the scenario is, also when it was inferred from your files. */
  readonly scenario: string
  /** What was assumed about your files. */
  readonly assumed: readonly string[]
  /** Present where clients speak TLS. */
  readonly tls: StackTls | undefined
  /**
   * Which address, port and username the broker saw of a client that connected; waits up to `withinMs` (1000).
   * `undefined` where that is not known: nobody connected, or the broker is your own (`server`).
   */
  saw(clientId: string, withinMs?: number): Promise<Sight | undefined>
  haproxyLog(): readonly string[]
  brokerLog(): readonly string[]
  /** Ends both programs and removes the folder; safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts HAProxy and a broker in a sandbox, as `check` does, and leaves them to you.
 * @throws Fault MP-STACK (exit 2), MP-STACK-CANNOT, MP-PROGRAM-MISSING and the programs' own refusals (exit 1 or 3)
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  onlyKnown('startStack', options, known)
  oneOf('broker', options.broker, runnableKinds)
  oneOf('transport', options.transport, ['tcp', 'tls', 'ws', 'wss'])
  oneOf('ip', options.ip, [4, 6])
  await requireMachine()
  const server = options.server === undefined ? undefined : await ownServer(options, options.server)
  const subject = await subjectOf(options, server)
  const [certificates, program, driver] = await Promise.all([
    makeCertificates(planCertificates({ bad: flaws, now: new Date() })),
    findProgram('haproxy', options.haproxy === undefined ? {} : { chosen: options.haproxy }).then((found) =>
      haproxyFacts(found.program),
    ),
    driverFor(
      options.broker ?? ownBroker,
      options.brokerProgram === undefined ? {} : { program: options.brokerProgram },
    ),
  ])
  const reason = whyNot(subject.scenario, program, await driver.facts())
  if (reason !== undefined) {
    throw new Fault('MP-STACK-CANNOT', `scenario ${subject.scenario.id} cannot run here: ${reason}`, {
      exit: EXIT.environment,
    })
  }
  const folder = await makeWorkdir('stack')
  try {
    const start = await startSubject(subject, {
      folder: folder.path,
      certificates,
      driver,
      program,
      ...(options.signal && { signal: options.signal }),
      ...(server && { kept: server.port, brokerLater: true }),
    })
    if ('failed' in start) throw start.failed.fault
    return stackOf(subject, start.moved, start.sandbox, certificates, () => folder.remove())
  } catch (error) {
    await folder.remove()
    throw error
  }
}

async function subjectOf(options: StackOptions, server: HostPort | undefined): Promise<Subject> {
  const own = options.haproxyConfig !== undefined || options.brokerConfig !== undefined
  const named = options.scenario === undefined ? undefined : findScenario(options.scenario)
  if (!own) {
    if (named === undefined) throw misused('name a scenario, or haproxyConfig and brokerConfig')
    const { transport, ip } = options
    return generatedSubject(named, {
      ...(transport && { transport }),
      ...(ip && { ip }),
      ...(server && portsBeside(server, named)),
    })
  }
  if (options.haproxyConfig === undefined || options.brokerConfig === undefined) {
    throw misused('haproxyConfig and brokerConfig belong together')
  }
  if (options.transport !== undefined || options.ip !== undefined) {
    throw misused('transport and ip are for scenarios; your own files say them')
  }
  const [subject] = fileSubjects([options.haproxyConfig].flat(), [options.brokerConfig], named, carefully)
  if (subject === undefined) throw misused('haproxyConfig has no frontend with a bind for MQTT')
  return subject
}

const known = [
  'scenario',
  'haproxyConfig',
  'brokerConfig',
  'server',
  'broker',
  'brokerProgram',
  'haproxy',
  'transport',
  'ip',
  'signal',
] satisfies (keyof StackOptions)[]

function stackOf(
  subject: Subject,
  moved: Relocated,
  sandbox: RunningSandbox,
  certificates: CertificateSet,
  removeFolder: () => Promise<void>,
): Stack {
  const place = subject.way && moved.relocation.place(subject.way.endpoint, 'haproxy')
  if (place === undefined || 'path' in place) throw misused('HAProxy has no port that a client could use')
  const { transport, scenario } = subject
  const secure = scenario.client !== 'as-is' || transport === 'tls' || transport === 'wss'
  const webSocket = transport === 'ws' || transport === 'wss'
  const scheme = webSocket ? (secure ? 'wss' : 'ws') : secure ? 'mqtts' : 'mqtt'
  const good = scenario.client === 'mtls' ? clientPair(certificates, 'valid') : undefined
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= sandbox.stop().then(removeFolder)
    return stopped
  }
  return {
    url: `${scheme}://${formatSocketAddress(place)}${webSocket ? '/mqtt' : ''}`,
    host: place.host,
    port: place.port,
    scenario: scenario.id,
    assumed: subject.assumed,
    tls: secure
      ? {
          ca: certificates.serverCa,
          ...good,
          client: (which) => clientPair(certificates, which),
        }
      : undefined,
    saw: (clientId, withinMs) => sightOf(clientId, sandbox, withinMs),
    haproxyLog: () => sandbox.haproxy.flatMap((one) => one.log()),
    brokerLog: () => sandbox.brokers.flatMap((one) => one.log()),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
