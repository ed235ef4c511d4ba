/** What one pair of files says, before it has ports. */
export interface Spec {
  readonly seed: number
  readonly binds: readonly BindSpec[]
  /** A second HAProxy between the first and the broker. */
  readonly inner: InnerSpec | undefined
  readonly server: ServerSpec
  readonly listener: ListenerSpec
  /** What was changed of a sound pair. */
  readonly mutations: readonly string[]
}

type Send = '' | 'send-proxy' | 'send-proxy-v2' | 'send-proxy-v2-ssl' | 'send-proxy-v2-ssl-cn'
type Client = 'plain' | 'tls' | 'optional' | 'mtls'

interface BindSpec {
  readonly client: Client
  readonly accept: boolean
  readonly host: '127.0.0.1' | '*' | '::1' | '[::1]' | '[0:0:0:0:0:0:0:1]' | ':: v6only' | ':: v4v6'
}

interface InnerSpec {
  /** How the first HAProxy speaks to it. */
  readonly send: Send
  readonly ssl: boolean
  readonly accept: boolean
  readonly client: Client
  readonly ownFile: boolean
}

interface ServerSpec {
  readonly send: Send
  readonly ssl: boolean
  readonly host: '127.0.0.1' | 'localhost' | '[::1]' | '[0:0:0:0:0:0:0:1]' | '192.0.2.9' | 'unix'
  readonly wrongPort: boolean
  readonly disabled: boolean
}

interface ListenerSpec {
  readonly host: '' | '127.0.0.1' | '::1' | '0:0:0:0:0:0:0:1' | 'unix'
  readonly proxy: 0 | 1 | 2
  readonly tls: boolean
  readonly requireTls: boolean
  readonly requireCertificate: boolean
  readonly cn: boolean
  readonly anonymous: boolean
}

/** A small generator of numbers: the same seed gives the same pairs everywhere. */
class Dice {
  private state: number
  constructor(seed: number) {
    this.state = (seed * 2654435761 + 1) >>> 0
  }
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  chance(share: number): boolean {
    return this.next() < share
  }
  of<T>(all: readonly [T, ...T[]]): T {
    return all[Math.floor(this.next() * all.length)] ?? all[0]
  }
}

const hosts = ['127.0.0.1', '*', '::1', '[::1]', '[0:0:0:0:0:0:0:1]', ':: v6only', ':: v4v6'] as const
const sends = ['', 'send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl', 'send-proxy-v2-ssl-cn'] as const
const clients = ['plain', 'tls', 'optional', 'mtls'] as const

export function specOf(seed: number): Spec {
  const dice = new Dice(seed)
  let spec = sound(dice, seed)
  const count = dice.of([0, 0, 1, 1, 1, 2])
  for (let at = 0; at < count; at++) spec = mutated(spec, dice)
  return possible(spec)
}

/** A pair that works, as far as its author knows. */
function sound(dice: Dice, seed: number): Spec {
  const chain = dice.of(['none', 'none', 'relay', 'read'] as const)
  const proxy = dice.of([0, 1, 2, 2, 2] as const)
  const demand = proxy === 2 && chain !== 'read' ? dice.of(['none', 'tls', 'certificate', 'cn'] as const) : 'none'
  const strict = demand === 'certificate' || demand === 'cn'
  const client: Client = strict
    ? dice.of(['mtls', 'mtls', 'optional'])
    : demand === 'tls'
      ? dice.of(['tls', 'mtls'])
      : dice.of(clients)
  const send: Send =
    proxy === 0
      ? ''
      : proxy === 1
        ? 'send-proxy'
        : demand === 'cn'
          ? 'send-proxy-v2-ssl-cn'
          : demand === 'none'
            ? 'send-proxy-v2'
            : 'send-proxy-v2-ssl'
  const listenerHost = dice.of(['127.0.0.1', '127.0.0.1', '', '::1', '0:0:0:0:0:0:0:1', 'unix'] as const)
  const server = {
    send: chain === 'relay' ? ('' as const) : send,
    ssl: false,
    host: serverFor(listenerHost, dice),
    wrongPort: false,
    disabled: false,
  }
  const tls = proxy === 0 && dice.chance(0.25)
  const one = (): BindSpec => ({ client: tls ? 'plain' : client, accept: dice.chance(0.15), host: dice.of(hosts) })
  return {
    seed,
    binds: dice.chance(0.25) ? [one(), one()] : [one()],
    inner:
      chain === 'none'
        ? undefined
        : {
            send: chain === 'relay' ? send : 'send-proxy-v2',
            ssl: false,
            accept: chain === 'read',
            client: 'plain',
            ownFile: dice.chance(0.5),
          },
    server: tls && dice.chance(0.5) ? { ...server, ssl: true } : server,
    listener: {
      host: listenerHost,
      proxy,
      tls,
      requireTls: demand !== 'none' && dice.chance(0.7),
      requireCertificate: strict,
      cn: demand === 'cn',
      anonymous: true,
    },
    mutations: [],
  }
}

function serverFor(listener: ListenerSpec['host'], dice: Dice): ServerSpec['host'] {
  if (listener === 'unix') return 'unix'
  if (listener === '127.0.0.1') return dice.of(['127.0.0.1', '127.0.0.1', 'localhost'])
  return listener === ''
    ? dice.of(['127.0.0.1', '[::1]', '[0:0:0:0:0:0:0:1]'])
    : dice.of(['[::1]', '[0:0:0:0:0:0:0:1]'])
}

type Mutation = (spec: Spec, dice: Dice) => Spec

const mutations: Readonly<Record<string, Mutation>> = {
  'server send': (spec, dice) => ({ ...spec, server: { ...spec.server, send: dice.of(sends) } }),
  'server ssl': (spec) => ({ ...spec, server: { ...spec.server, ssl: !spec.server.ssl } }),
  'server port': (spec) => ({ ...spec, server: { ...spec.server, wrongPort: true } }),
  'server disabled': (spec) => ({ ...spec, server: { ...spec.server, disabled: true } }),
  'server host': (spec, dice) => ({
    ...spec,
    server: { ...spec.server, host: dice.of(['127.0.0.1', '[::1]', '192.0.2.9'] as const) },
  }),
  'bind client': (spec, dice) => ({
    ...spec,
    binds: spec.binds.map((one, at) => (at === 0 ? { ...one, client: dice.of(clients) } : one)),
  }),
  'bind accept': (spec) => ({
    ...spec,
    binds: spec.binds.map((one, at) => (at === 0 ? { ...one, accept: !one.accept } : one)),
  }),
  'inner accept': (spec) => (spec.inner ? { ...spec, inner: { ...spec.inner, accept: !spec.inner.accept } } : spec),
  'inner send': (spec, dice) => (spec.inner ? { ...spec, inner: { ...spec.inner, send: dice.of(sends) } } : spec),
  'inner client': (spec, dice) => (spec.inner ? { ...spec, inner: { ...spec.inner, client: dice.of(clients) } } : spec),
  'inner ssl': (spec) => (spec.inner ? { ...spec, inner: { ...spec.inner, ssl: !spec.inner.ssl } } : spec),
  'listener proxy': (spec, dice) => ({ ...spec, listener: { ...spec.listener, proxy: dice.of([0, 1, 2] as const) } }),
  'listener tls': (spec) => ({ ...spec, listener: { ...spec.listener, tls: !spec.listener.tls } }),
  'listener require_tls': (spec) => ({
    ...spec,
    listener: { ...spec.listener, requireTls: !spec.listener.requireTls },
  }),
  'listener require_certificate': (spec) => ({
    ...spec,
    listener: { ...spec.listener, requireCertificate: !spec.listener.requireCertificate },
  }),
  'listener cn': (spec) => ({ ...spec, listener: { ...spec.listener, cn: !spec.listener.cn } }),
  'listener anonymous': (spec) => ({ ...spec, listener: { ...spec.listener, anonymous: false } }),
}

function mutated(spec: Spec, dice: Dice): Spec {
  const names = Object.keys(mutations)
  const name = names[Math.floor(dice.next() * names.length)] ?? ''
  const after = mutations[name]?.(spec, dice) ?? spec
  return { ...after, mutations: [...spec.mutations, name] }
}

/** What a program refuses at start would stop the whole batch: such pairs are tested one by one elsewhere. */
function possible(spec: Spec): Spec {
  const { listener } = spec
  if (!listener.tls || listener.proxy === 0) return spec
  return { ...spec, listener: { ...listener, tls: false } }
}

/** Names and ports of one pair. */
export interface Ports {
  readonly binds: readonly number[]
  readonly inner: number
  readonly listener: number
  readonly wrong: number
  readonly socket: string
}

export interface PairTexts {
  /** Sections of each HAProxy file, without `defaults`. */
  readonly haproxies: readonly string[]
  readonly mosquitto: string
}

const server = 'ssl crt certs/server.pem'
const verifies: Readonly<Record<Client, string>> = {
  plain: '',
  tls: ` ${server}`,
  optional: ` ${server} ca-file certs/client-ca.pem verify optional`,
  mtls: ` ${server} ca-file certs/client-ca.pem verify required`,
}

export function textsOf(spec: Spec, ports: Ports): PairTexts {
  const name = `p${spec.seed}`
  const binds = spec.binds.map(
    (one, at) =>
      `    bind ${bindAddress(one, ports.binds[at] ?? 0)}${verifies[one.client]}${one.accept ? ' accept-proxy' : ''}\n`,
  )
  const { inner } = spec
  const last = `    server b ${serverAddress(spec, ports)}${words(spec.server.send)}${secure(spec.server.ssl)}${spec.server.disabled ? ' disabled' : ''}\n`
  const front = `frontend ${name}_mqtt\n${binds.join('')}    default_backend ${name}_out\n\nbackend ${name}_out\n`
  if (inner === undefined) return { haproxies: [`${front}${last}\n`], mosquitto: listenerText(spec.listener, ports) }
  const edge = `${front}    server i 127.0.0.1:${ports.inner}${words(inner.send)}${secure(inner.ssl)}\n\n`
  const second = `listen ${name}_inner_mqtt\n    bind 127.0.0.1:${ports.inner}${verifies[inner.client]}${inner.accept ? ' accept-proxy' : ''}\n${last}\n`
  return {
    haproxies: inner.ownFile ? [edge, second] : [edge + second],
    mosquitto: listenerText(spec.listener, ports),
  }
}

function bindAddress({ host }: BindSpec, port: number): string {
  const [address = '', family] = host.split(' ')
  return `${address === '::' || address === '::1' ? `${address}:${port}` : `${address}:${port}`}${family === undefined ? '' : ` ${family}`}`
}

function serverAddress({ server: { host, wrongPort }, listener }: Spec, ports: Ports): string {
  if (host === 'unix' && listener.host === 'unix') return `unix@${ports.socket}${wrongPort ? '.other' : ''}`
  const port = wrongPort ? ports.wrong : ports.listener
  return `${host === 'unix' ? '127.0.0.1' : host}:${port}`
}

function words(send: Send): string {
  return send === '' ? '' : ` ${send}`
}

function secure(ssl: boolean): string {
  return ssl ? ' ssl verify none crt certs/client.pem' : ''
}

function listenerText(one: ListenerSpec, ports: Ports): string {
  const at = one.host === 'unix' ? `0 ${ports.socket}` : `${ports.listener} ${one.host}`.trim()
  return [
    `listener ${at}`,
    ...(one.proxy === 0 ? [] : [`enable_proxy_protocol ${one.proxy}`]),
    ...(one.tls ? ['certfile certs/server.crt', 'keyfile certs/server.key', 'cafile certs/client-ca.pem'] : []),
    ...(one.requireTls ? ['proxy_protocol_v2_require_tls true'] : []),
    ...(one.requireCertificate ? ['require_certificate true'] : []),
    ...(one.cn ? ['use_identity_as_username true'] : []),
    `listener_allow_anonymous ${one.anonymous}`,
    '',
  ].join('\n')
}
