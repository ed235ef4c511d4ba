/** A listener of Mosquitto that health checks go to. */
export type CheckedListener =
  | 'plain'
  | 'passwords'
  | 'header'
  | 'header, passwords'
  | 'header, certificate'
  | 'v1'
  | 'ws'

/** A backend with a health check, and what comes of it. */
export interface HealthCase {
  readonly name: string
  readonly to: CheckedListener
  readonly rules: readonly string[]
  /** Behind `check` on the server line; `PORT(x)` stands for a listener's port. */
  readonly server: string
  readonly global?: 'pp2-never-send-local'
  /** What HAProxy makes of it: `test/path/health.e2e.test.ts` asks it. */
  readonly state: 'UP' | 'DOWN'
  /** What the model says of it. */
  readonly says: readonly string[]
}

interface Fields {
  readonly name?: string
  readonly level?: number
  readonly flags?: number
  readonly keepalive?: number
  readonly id?: string
  readonly user?: string
  readonly password?: string
  readonly properties?: string
  /** Added to the length. */
  readonly off?: number
  readonly tail?: string
}

function text(value: string): string {
  const bytes = Buffer.from(value)
  return bytes.length.toString(16).padStart(4, '0') + bytes.toString('hex')
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0')
}

let clients = 0

/** A CONNECT; each with a client id of its own, since a broker ends the session of the same one. */
export function connect(fields: Fields = {}): string {
  const { name = 'MQTT', level = 4, keepalive = 60, id = `mp-check-${clients++}`, user, password } = fields
  const flags = (fields.flags ?? 2) | (user === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40)
  const properties = fields.properties ?? (level === 5 ? '00' : '')
  const login = [user, password].map((one) => (one === undefined ? '' : text(one))).join('')
  const body = `${text(name)}${byte(level)}${byte(flags)}${byte(keepalive >> 8)}${byte(keepalive & 255)}${properties}${text(id)}${login}${fields.tail ?? ''}`
  return `10${byte(body.length / 2 + (fields.off ?? 0))}${body}`
}

const accepted = 'expect binary 20020000'
const send = (fields: Fields = {}) => `send-binary ${connect(fields)}`

type More = Partial<Pick<HealthCase, 'to' | 'server' | 'global'>>

function one(
  name: string,
  state: HealthCase['state'],
  says: readonly string[],
  rules: readonly string[],
  more: More = {},
): HealthCase {
  return { name, to: 'plain', server: '', state, says, rules, ...more }
}

const never = ['check-never-up']
const green = ['check-proves-nothing']
const passwords: More = { to: 'passwords' }
const header: More = { to: 'header', server: 'send-proxy-v2' }
const proxied: More = { ...header, global: 'pp2-never-send-local' }

/** Mosquitto 2.1.2 behind HAProxy 2.6.12, 3.2.26 and 3.4.7. */
export const healthCases: readonly HealthCase[] = [
  one('a CONNECT of MQTT 3.1.1', 'UP', [], [send(), accepted]),
  one('of MQTT 3.1', 'UP', [], [send({ name: 'MQIsdp', level: 3 }), accepted]),
  one('of MQTT 5.0', 'UP', [], [send({ level: 5 }), 'expect rbinary ^20..0000']),
  one('of MQTT 5.0, any CONNACK', 'UP', [], [send({ level: 5 }), 'expect rbinary ^20']),
  one('in two parts', 'UP', [], ['send-binary 1014', `send-binary ${connect({ id: 'in-parts' }).slice(4)}`, accepted]),
  one(
    'with comments and quotes',
    'UP',
    [],
    ['connect comment "to MQTT" default', send(), 'expect comment "it is" binary "20020000"'],
  ),
  one('with PINGREQ behind it', 'UP', [], [send(), accepted, 'send-binary c000', 'expect binary d000']),
  one('without a client id', 'UP', [], [send({ id: '' }), accepted]),
  one('with a password that is right', 'UP', [], [send({ user: 'dev', password: 'secret' }), accepted], passwords),
  one('with a name nobody asks for', 'UP', [], [send({ user: 'dev', password: 'x' }), accepted]),
  one('a connection and no more', 'UP', [], []),

  one('its length one too high', 'DOWN', never, [send({ off: 1 }), accepted]),
  one('its length one too low', 'DOWN', never, [send({ off: -1 }), accepted]),
  one('bytes behind it', 'DOWN', never, [send({ tail: '00' }), accepted]),
  one('its first byte alone', 'DOWN', never, ['send-binary 10', accepted]),
  one('a wrong name', 'DOWN', never, [send({ name: 'MQTX' }), accepted]),
  one('a reserved flag', 'DOWN', never, [send({ flags: 3 }), accepted]),
  one('flags in its first byte', 'DOWN', never, [`send-binary 18${connect().slice(2)}`, accepted]),
  one('a will that is not there', 'DOWN', never, [send({ flags: 0x0a }), accepted]),
  one('a password without a name', 'DOWN', never, [send({ password: 'x' }), accepted]),
  one('no properties in MQTT 5.0', 'DOWN', never, [send({ level: 5, properties: '' }), 'expect rbinary ^20']),
  one('level 6', 'DOWN', never, [send({ level: 6 }), accepted]),
  one('level 3 of the new name', 'DOWN', never, [send({ level: 3 }), accepted]),
  one('no client id for a session that stays', 'DOWN', never, [send({ id: '', flags: 0 }), accepted]),
  one('no client id in MQTT 3.1', 'DOWN', never, [send({ name: 'MQIsdp', level: 3, id: '' }), accepted]),
  one('a session that stays', 'DOWN', never, [send({ flags: 0, id: 'mp-stays' }), accepted]),
  one('PINGREQ first', 'DOWN', never, ['send-binary c000', 'expect binary d000']),
  one('HTTP', 'DOWN', never, ['send "GET / HTTP/1.0\\r\\n\\r\\n"', 'expect string HTTP']),
  one('a CONNECT that a NUL ends', 'DOWN', never, ['send \\x10\\x10\\x00\\x04MQTT', accepted]),
  one('the CONNACK of 3.1.1 for MQTT 5.0', 'DOWN', never, [send({ level: 5 }), accepted]),
  one('a longer CONNACK than there is', 'DOWN', never, [send(), 'expect binary 2003000000']),
  one('two expectations, one of them wrong', 'DOWN', never, [send(), accepted, 'expect binary d000']),
  one('waiting for the broker to speak first', 'DOWN', never, [accepted, send()]),
  one('no login', 'DOWN', never, [send(), accepted], passwords),
  one('a name without a password', 'DOWN', never, [send({ user: 'dev' }), accepted], passwords),
  one('MQTT to a WebSocket listener', 'DOWN', never, [send(), accepted], { to: 'ws' }),

  one('half a CONNECT and no expect', 'UP', green, [send({ off: 1 })]),
  one('a CONNECT and no expect', 'UP', green, [send()]),
  one('no login, and the half of a CONNACK', 'UP', green, [send(), 'expect binary 2002'], passwords),
  one('no login, and the refusal is what it wants', 'UP', green, [send(), 'expect binary 20020005'], passwords),
  one('no login, and anything but success', 'UP', green, [send(), 'expect ! binary 20020000'], passwords),
  one('no login in MQTT 5.0', 'UP', green, [send({ level: 5 }), 'expect rbinary ^20..00'], passwords),
  one('no login and no expect', 'UP', green, [send()], passwords),
  one('MQTT to a WebSocket listener, no expect', 'UP', green, [send()], { to: 'ws' }),

  one('behind LOCAL', 'DOWN', ['check-sends-local'], [send(), accepted], header),
  one(
    'behind LOCAL of tcp-check connect',
    'DOWN',
    ['check-sends-local'],
    ['connect send-proxy', send(), accepted],
    header,
  ),
  one('behind LOCAL, no expect', 'UP', green, [send()], header),
  one(
    'behind LOCAL, and wrong as well',
    'DOWN',
    ['check-never-up', 'check-sends-local'],
    [send({ off: -1 }), accepted],
    header,
  ),
  one('behind PROXY', 'UP', [], [send(), accepted], proxied),
  one('behind PROXY by default', 'UP', [], ['connect default', send(), accepted], proxied),
  one('behind PROXY, no login', 'DOWN', never, [send(), accepted], { ...proxied, to: 'header, passwords' }),
  one('no certificate behind PROXY', 'DOWN', never, [send(), accepted], {
    ...proxied,
    to: 'header, certificate',
    server: 'send-proxy-v2-ssl-cn',
  }),
  one('a bare connect', 'DOWN', ['check-without-header'], ['connect', send(), accepted], header),
  one('its own port without the header', 'DOWN', ['check-without-header'], [send(), accepted], {
    to: 'header',
    server: 'send-proxy-v2 port PORT(header)',
  }),
  one('a plain listener beside it', 'UP', [], [send(), accepted], {
    to: 'header',
    server: 'send-proxy-v2 port PORT(plain)',
  }),
  one('a plain listener beside it, by its rule', 'UP', [], ['connect port PORT(plain)', send(), accepted], header),
  one('a header for a plain listener', 'DOWN', never, [send(), accepted], { server: 'check-send-proxy' }),
  one('behind version 1', 'UP', [], [send(), accepted], { to: 'v1', server: 'send-proxy' }),
  one('behind version 1 of tcp-check connect', 'UP', [], ['connect send-proxy', send(), accepted], {
    to: 'v1',
    server: 'send-proxy',
  }),
  one('behind version 1, bare', 'DOWN', ['check-without-header'], ['connect', send(), accepted], {
    to: 'v1',
    server: 'send-proxy',
  }),
]

type Ports = Readonly<Record<CheckedListener, number>>

const listeners: Readonly<Record<CheckedListener, readonly string[]>> = {
  plain: ['allow_anonymous true'],
  passwords: ['allow_anonymous false', 'password_file PASSWORDS'],
  header: ['enable_proxy_protocol 2', 'allow_anonymous true'],
  'header, passwords': ['enable_proxy_protocol 2', 'allow_anonymous false', 'password_file PASSWORDS'],
  'header, certificate': ['enable_proxy_protocol 2', 'require_certificate true', 'allow_anonymous true'],
  v1: ['enable_proxy_protocol 1', 'allow_anonymous true'],
  ws: ['protocol websockets', 'allow_anonymous true'],
}

export const checkedListeners = Object.keys(listeners).filter((one): one is CheckedListener =>
  Object.hasOwn(listeners, one),
)

export function mosquittoConfig(ports: Ports, passwords: string): string {
  const parts = checkedListeners.flatMap((one) => [`listener ${ports[one]} 127.0.0.1`, ...listeners[one]])
  return `per_listener_settings true\n${parts.join('\n').replaceAll('PASSWORDS', passwords)}\n`
}

/** One backend a case, under its number. */
export function haproxyConfig(cases: readonly HealthCase[], ports: Ports, head = ''): string {
  const backends = cases.map(({ to, rules, server }, at) => {
    const own = [...rules.map((one) => `    tcp-check ${one}`), `    server s 127.0.0.1:${ports[to]} check ${server}`]
    return `backend b${at}\n    option tcp-check\n${own.join('\n').replaceAll(/PORT\((\w+)\)/g, (_, name: CheckedListener) => String(ports[name]))}\n`
  })
  const global = cases[0]?.global === undefined ? '' : '    pp2-never-send-local\n'
  return `global\n${global}${head}
defaults
    mode tcp
    timeout connect 5s
    timeout client 200s
    timeout server 200s
    timeout check 500ms
    default-server inter 200ms fall 1 rise 1
${backends.join('')}`
}
