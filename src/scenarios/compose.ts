import type { Image } from '../brokers/broker.js'
import { brokerKinds, brokerOf, usualBroker } from '../brokers/index.js'
import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { certificateFiles, fileNameOf } from './certificates.js'
import { derive } from './derive.js'
import type { Derived, DerivedBroker, HaproxyFile } from './derived.js'
import { type DeriveOptions, defaultPorts } from './options.js'
import type { Scenario } from './types.js'

/** A compose project: the pair of files with service names for hosts, and the services around them. */
export interface ComposeProject {
  readonly derived: Derived
  /** The compose file as a value; the caller writes it as YAML. */
  readonly compose: Readonly<Record<string, unknown>>
  /** Lines for the top of the YAML file. */
  readonly notes: readonly string[]
  /** Names that the server certificate needs beside the usual ones. */
  readonly san: readonly string[]
}

/** The message that goes through everything once. */
export interface Job {
  /** What npx runs. */
  readonly package: string
  /** The client certificate that it takes, where one is needed. */
  readonly clientCn: string
}

const haproxyHost = 'haproxy'
const withImage = brokerKinds.filter((kind) => brokerOf(kind).image !== undefined)

/**
 * HAProxy and broker as services: the broker in a network of its own without any published port, HAProxy's door on
 * loopback, one MQTT message through all of it as a job.
 * @throws Fault MP-GEN-UNSUPPORTED (exit 3) for a broker without an image here, and as `derive`
 */
export function composeProject(scenario: Scenario, options: DeriveOptions, job: Job): ComposeProject {
  const broker = options.broker ?? usualBroker
  const { image } = brokerOf(broker)
  if (image === undefined) {
    throw new Fault('MP-GEN-UNSUPPORTED', `there is no compose file for ${broker}`, {
      exit: EXIT.environment,
      hints: [`with an image: ${withImage.join(', ')}`],
    })
  }
  if (options.transport === 'tls' || options.transport === 'wss') {
    const passed = derive(scenario, { ...options, broker }).certificates.broker
    if (passed) throw unreadableKey()
  }
  const port = options.listen?.port
  const usual = derive(scenario, { ...options, broker })
  const derived = derive(scenario, {
    ...options,
    ...(image.version !== undefined && { brokerVersion: options.brokerVersion ?? image.version }),
    broker,
    listen: { host: '*', port: port ?? usual.options.listen.port },
    server: { host: 'broker', port: defaultPorts.server },
    brokerBind: '0.0.0.0',
    ...(scenario.topology === 'sticky' && {
      server2: { host: 'broker-2', port: defaultPorts.server2 },
      listenBySource: { host: '*', port: usual.options.listenBySource.port },
    }),
    ...(usual.haproxy.length > 1 && { inner: { host: `${haproxyHost}-inner`, port: defaultPorts.inner } }),
  })
  return {
    derived,
    compose: {
      name: `mqtt-${scenario.id}`,
      services: servicesOf(derived, image, job),
      networks: networks(),
    },
    notes: [...notesOf(scenario), ...(image.note === undefined ? [] : [image.note])],
    san: [haproxyHost],
  }
}

function unreadableKey(): Fault {
  return new Fault(
    'MP-GEN-UNSUPPORTED',
    'TLS passed through needs a key that the broker in its container cannot read',
    {
      exit: EXIT.environment,
      hints: [
        'keys have mode 0600, and the image runs the broker as a user of its own',
        'let HAProxy end TLS: scenario tls',
      ],
    },
  )
}

function notesOf(scenario: Scenario): string[] {
  return [
    `UNTESTED: written for docker compose, never run with it: ${scenario.title}.`,
    'The broker publishes no port and shares a network with HAProxy only: anyone who reaches it can forge headers.',
    'docker compose up --detach --wait && docker compose run --rm check',
  ]
}

function networks(): Record<string, unknown> {
  return { front: {}, back: { internal: true } }
}

function servicesOf(derived: Derived, image: Image, job: Job): Record<string, unknown> {
  const brokers = derived.brokers.map((broker, index) => [brokerName(index), brokerService(broker, image)])
  const proxies = derived.haproxy.map((file) => [proxyName(file), proxyService(derived, file)])
  return Object.fromEntries([...brokers, ...proxies, ['check', checkService(derived, job)]])
}

const brokerName = (index: number) => (index === 0 ? 'broker' : `broker-${index + 1}`)
const proxyName = (file: HaproxyFile) => (file.role === 'inner' ? `${haproxyHost}-inner` : haproxyHost)

function brokerService(broker: DerivedBroker, image: Image): Record<string, unknown> {
  const port = 'port' in broker.listener ? broker.listener.port : 0
  return {
    image: image.image,
    ...(image.build !== undefined && { build: image.build }),
    ...(image.environment !== undefined && { environment: image.environment }),
    volumes: [...broker.files.map(({ name }) => `./${name}:${image.mounts(name)}:ro`)],
    expose: [String(port)],
    networks: ['back'],
    healthcheck: health(image.health(port)),
    restart: 'unless-stopped',
  }
}

function proxyService(derived: Derived, file: HaproxyFile): Record<string, unknown> {
  const inner = file.role === 'inner'
  const doors = derived.frontends.filter((one) => (one.id === 'inner') === inner)
  const ports = doors.map((door) => door.port)
  const needsInner = derived.haproxy.length > 1 && !inner
  const waitFor = needsInner ? [`${haproxyHost}-inner`] : derived.brokers.map((_, index) => brokerName(index))
  return {
    image: 'haproxy:3.2',
    // Root inside the container only, to read keys of mode 0600.
    user: '0:0',
    volumes: [
      `./${file.name}:/usr/local/etc/haproxy/haproxy.cfg:ro`,
      ...(derived.certificates.haproxy ? ['./certs:/usr/local/etc/haproxy/certs:ro'] : []),
    ],
    ...(inner ? { expose: ports.map(String) } : { ports: ports.map((port) => `127.0.0.1:${port}:${port}`) }),
    networks: inner ? ['back'] : ['front', 'back'],
    depends_on: Object.fromEntries(waitFor.map((name) => [name, { condition: 'service_healthy' }])),
    healthcheck: health(['CMD', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${ports[0]}`]),
    restart: 'unless-stopped',
  }
}

function checkService(derived: Derived, job: Job): Record<string, unknown> {
  const [door] = derived.frontends
  if (door === undefined) throw new Error('a scenario without a front door')
  const scheme = door.webSocket ? (door.tls ? 'wss' : 'ws') : door.tls ? 'mqtts' : 'mqtt'
  const target = `${scheme}://${haproxyHost}:${door.port}`
  return {
    image: 'node:22-alpine',
    profiles: ['check'],
    command: [
      'npx',
      '--yes',
      job.package,
      'send',
      target,
      ...(door.tls ? ['--cafile', `/certs/${certificateFiles.serverCa}`] : []),
      ...(door.certificate
        ? [
            '--cert',
            `/certs/${certificateFiles.clientCert(fileNameOf(job.clientCn))}`,
            '--key',
            `/certs/${certificateFiles.clientKey(fileNameOf(job.clientCn))}`,
          ]
        : []),
      '--topic',
      'mqtt-proxy/check',
      '--message',
      'hello',
      '--qos',
      '1',
      '--expect',
      'accept',
    ],
    ...(door.tls && { volumes: ['./certs:/certs:ro'] }),
    networks: ['front'],
    depends_on: { [haproxyHost]: { condition: 'service_healthy' } },
  }
}

function health(test: readonly string[]): Record<string, unknown> {
  return { test: [...test], interval: '5s', timeout: '3s', retries: 12 }
}
