import { describe, expect, it } from 'vitest'
import { parseClientLine } from '../../../src/brokers/emqx/client-line.js'
import { parseHocon } from '../../../src/brokers/emqx/hocon.js'
import { readBroker } from '../../../src/brokers/index.js'
import { recognise } from '../../../src/brokers/recognise.js'
import { applyEdits } from '../../../src/config/edit.js'

const read = (text: string, env: Record<string, string> = {}) =>
  readBroker('emqx', text, 'emqx.conf', { env: (name) => env[name] })
const places = (text: string, env?: Record<string, string>) =>
  read(text, env).listeners.map((one) => {
    const at = one.endpoint.kind === 'tcp' ? `${one.endpoint.host ?? '*'}:${one.endpoint.port}` : one.endpoint.kind
    return `${one.transport} ${at}${one.header.accepts.length > 0 ? ' header' : ''}${one.written ? '' : ' by default'}`
  })
const others = ['tls *:8883 by default', 'ws *:8083 by default', 'wss *:8084 by default']

describe('the listeners of EMQX', () => {
  it('are four by themselves', () => {
    expect(places('node { name = "emqx@127.0.0.1" }\n')).toEqual(['tcp *:1883 by default', ...others])
  })

  it.each([
    'listeners.tcp.default {\n  bind = "127.0.0.1:1884"\n  proxy_protocol = true\n}\n',
    'listeners {\n  tcp {\n    default { bind: "127.0.0.1:1884", proxy_protocol: true }\n  }\n}\n',
    'listeners.tcp.default.bind = "127.0.0.1:1884"\nlisteners.tcp.default.proxy_protocol = true\n',
    'listeners.tcp.default { bind = 1 } // the first word\nlisteners.tcp.default { bind = "127.0.0.1:1884" # the last\nproxy_protocol = true }',
    '{ listeners { "tcp" { default = { bind = """127.0.0.1:1884""", proxy_protocol = true } } } }',
  ])('are the same however they are written: %j', (text) => {
    expect(places(text)).toEqual(['tcp 127.0.0.1:1884 header', ...others])
  })

  it('may be turned off, or have names of their own', () => {
    expect(
      places(
        'listeners.ssl.default.enable = false\nlisteners.ws.default.enabled = false\nlisteners.wss.default = marked_for_deletion\nlisteners.tcp.behind_haproxy { bind = "[::1]:1999" }\n',
      ),
    ).toEqual(['tcp *:1883 by default', 'tcp ::1:1999'])
  })

  it('take what the environment says before the file', () => {
    const env = { EMQX_LISTENERS__TCP__DEFAULT__PROXY_PROTOCOL: 'true', EMQX_LISTENERS__WSS__DEFAULT__ENABLE: 'false' }
    expect(places('listeners.tcp.default.proxy_protocol = false\n', env)).toEqual([
      'tcp *:1883 header',
      ...others.slice(0, 2),
    ])
  })

  it('believe a CN only where it is to be the username and a header brings it', () => {
    const cn = 'mqtt { peer_cert_as_username = cn }\n'
    expect(read(`${cn}listeners.tcp.default.proxy_protocol = true\n`).listeners[0]?.cn).toBe('believed')
    expect(read(cn).listeners[0]?.cn).toBe('never')
    expect(read('listeners.tcp.default.proxy_protocol = true\n').listeners[0]?.cn).toBe('never')
  })

  it('let nameless clients in until there is an authentication', () => {
    expect(read('').listeners[0]?.login.anonymous.value).toBe(true)
    expect(read('authentication = []\n').listeners[0]?.login.anonymous.value).toBe(true)
    const some = read('authentication = [\n  { mechanism = password_based, backend = built_in_database }\n]\n')
    expect(some.listeners[0]?.login).toMatchObject({ anonymous: { value: false }, users: { line: 1 } })
  })
})

it.each([
  'listeners.tcp.default {\n  bind = 1884\n}\n',
  'listeners.tcp.default {}\n',
  'listeners.tcp.default.bind = 1884\n',
  'listeners.tcp.default.proxy_protocol = false\n',
  'node.name = "a@b"\n',
])('an edit turns the header on: %j', (before) => {
  const edit = read(before).listeners[0]?.edits.enableHeader(2)
  expect(read(applyEdits(before, edit?.edits ?? [])).listeners[0]?.header.accepts).toEqual([1, 2])
})

describe('HOCON', () => {
  it.each(['a {', 'a = [1', 'a', '= 1', `${'a{'.repeat(5000)}`, 'a = "b'])(
    'says where it cannot read on: %j',
    (text) => {
      expect(parseHocon(text, 'x').broken).toBeDefined()
    },
  )

  it('keeps places, lists and references', () => {
    const { root, includes, broken } = parseHocon(
      'a.b = 1m\na.c = [x, y]\na.c += z\ninclude "more.conf"\nd = ${a.b}s\n',
      'x',
    )
    expect(broken).toBeUndefined()
    const a = root.get('a')?.value
    const members = a?.kind === 'object' ? a.members : new Map()
    expect(members.get('b')).toMatchObject({
      key: { line: 1, column: 3 },
      value: { text: '1m', span: { column: 7, endColumn: 9 } },
    })
    expect(members.get('c')?.value).toMatchObject({ items: [{ text: 'x' }, { text: 'y' }, { text: 'z' }] })
    expect(includes).toMatchObject([{ path: 'more.conf', span: { line: 4 } }])
    expect(root.get('d')?.value.kind).toBe('reference')
  })
})

it('is recognised', () => {
  expect(recognise('listeners.tcp.default {\n  bind = "0.0.0.0:1883"\n}\n', 'x')).toBe('emqx')
  expect(recognise('node {\n  name = "emqx@127.0.0.1"\n}\ndashboard {\n}\n', 'x')).toBe('emqx')
  expect(recognise('', 'emqx.conf')).toBe('emqx')
})

describe('what an emqx.conf takes from elsewhere', () => {
  const withFiles = (text: string, files: Record<string, string>, env: Record<string, string> = {}) =>
    readBroker('emqx', text, 'emqx.conf', {
      env: (name) => env[name],
      readInclude: (path) => (files[path] === undefined ? undefined : [{ file: path, text: files[path] }]),
    })
  const tcp = ({ listeners }: ReturnType<typeof withFiles>) => listeners.find((one) => one.transport === 'tcp')

  it('an included file counts where it stands: what comes later wins', () => {
    const own = 'listeners.tcp.default.bind = "127.0.0.1:1884"\n'
    const files = { 'more.conf': 'listeners.tcp.default { bind = 1999, proxy_protocol = true }\n' }
    const before = withFiles(`include "more.conf"\n${own}`, files)
    expect(tcp(before)).toMatchObject({ endpoint: { port: 1884 }, header: { accepts: [1, 2] } })
    const after = withFiles(`${own}include file("more.conf")\n`, files)
    expect(tcp(after)).toMatchObject({ endpoint: { port: 1999 }, header: { accepts: [1, 2] } })
    expect(after.documents.map((one) => one.file)).toEqual(['emqx.conf', 'more.conf'])
    expect(tcp(after)?.header.span?.file).toBe('more.conf')
    expect(after.problems).toEqual([])
  })

  it('inside a block an include fills that block', () => {
    const files = { 'tcp.conf': 'default.proxy_protocol = true\n' }
    expect(tcp(withFiles('listeners.tcp {\n  include "tcp.conf"\n}\n', files))?.header.accepts).toEqual([1, 2])
  })

  it('what cannot be read is said, and files that include each other end', () => {
    const missing = withFiles('include "gone.conf"\n', {})
    expect(missing.problems).toMatchObject([{ code: 'include-unreadable', span: { line: 1 } }])
    expect(missing.unread).toMatchObject([{ what: 'include' }])
    const files = { 'a.conf': 'include "b.conf"\n', 'b.conf': 'include "a.conf"\nlisteners.tcp.default.bind = 7\n' }
    expect(tcp(withFiles('include "a.conf"\n', files))).toMatchObject({ endpoint: { port: 7 } })
  })

  it('${...} is what the file says elsewhere, else the environment', () => {
    const text =
      'port = 1884\nhost = ${?NOBODY}\nlisteners.tcp.default { bind = "127.0.0.1:"${port}, proxy_protocol = ${on} }\n'
    expect(tcp(withFiles(text, {}, { on: 'true' }))).toMatchObject({
      endpoint: { host: '127.0.0.1', port: 1884 },
      header: { accepts: [1, 2] },
    })
    const object = 'base { bind = 1885, proxy_protocol = true }\nlisteners.tcp.default = ${base}\n'
    expect(tcp(withFiles(object, {}))).toMatchObject({ endpoint: { port: 1885 }, header: { accepts: [1, 2] } })
  })

  it('of what is not there nothing is claimed', () => {
    const open = withFiles('listeners.tcp.default.bind = "127.0.0.1:"${PORT}\n', {})
    expect(tcp(open)?.endpoint.kind).toBe('other')
    const circle = withFiles('a = ${b}\nb = ${a}\nlisteners.tcp.default.bind = ${a}\n', {})
    expect(tcp(circle)?.endpoint.kind).toBe('other')
    const optional = withFiles('listeners.tcp.default { bind = 1884, proxy_protocol = ${?NOBODY} }\n', {})
    expect(tcp(optional)).toMatchObject({ endpoint: { port: 1884 }, header: { accepts: [] } })
  })
})

describe('what a listener of EMQX bears', () => {
  const tcp = (body: string, env: Record<string, string> = {}) =>
    read(`listeners.tcp.default {\n  proxy_protocol = true\n  ${body}\n}\n`, env).listeners[0]

  it.each(['proxy_protocol_timeout = 8', 'proxy_protocol_timeout = "50ms"', 'proxy_protocol_timeout: 199'])(
    'no patience: %s',
    (body) => {
      const [fault] = tcp(body)?.faults ?? []
      expect(fault).toMatchObject({ kind: 'cannot-be', at: { line: 3 }, message: expect.stringContaining(' ms') })
      const text = `listeners.tcp.default {\n  proxy_protocol = true\n  ${body}\n}\n`
      expect(read(applyEdits(text, fault?.remedy?.edits ?? [])).listeners[0]?.faults).toEqual([])
    },
  )

  it.each(['proxy_protocol_timeout = 3s', 'proxy_protocol_timeout = 3000', 'proxy_protocol_timeout = 500ms', ''])(
    'enough of it: %j',
    (body) => expect(tcp(body)?.faults).toEqual([]),
  )

  it('limits of connections and packets, also by the environment', () => {
    const file = 'mqtt.max_packet_size = 2MB\nlisteners.tcp.default.max_connections = 50\n'
    expect(read(file).listeners[0]?.limits).toMatchObject({ connections: { value: 50 }, packet: { value: 2_097_152 } })
    const env = { EMQX_MQTT__MAX_PACKET_SIZE: '1024', EMQX_LISTENERS__TCP__DEFAULT__MAX_CONNECTIONS: '7' }
    expect(read(file, env).listeners[0]?.limits).toMatchObject({ connections: { value: 7 }, packet: { value: 1024 } })
  })

  it('a value that is neither true nor false is refused', () => {
    expect(read('listeners.tcp.default.proxy_protocol = on\n').listeners[0]?.header.invalid).toBe(true)
    expect(tcp('')?.header.invalid).toBe(false)
  })

  it('the CN as username by the environment alone', () => {
    expect(tcp('', { EMQX_MQTT__PEER_CERT_AS_USERNAME: 'cn' })?.cn).toBe('believed')
    expect(tcp('', { EMQX_MQTT__PEER_CERT_AS_USERNAME: 'pem' })?.cn).toBe('never')
  })
})

describe('clients that emqx ctl names', () => {
  const rest = 'clean_start=true, keepalive=60, session_expiry_interval=0, subscriptions=1, inflight=0'
  const end = (connected: boolean) => `connected=${connected}, created_at=1764256000000, connected_at=1764256000000)`

  it.each([
    ['Client(c1, username=alice, peername=192.0.2.5:4242', { clientId: 'c1', username: 'alice', port: 4242 }],
    ['Client(a, b, username=undefined, peername=2001:db8::7:1', { clientId: 'a, b', username: undefined, port: 1 }],
    ['Client(x, username=, peername=::ffff:10.0.0.1:9', { clientId: 'x', username: '', address: '::ffff:10.0.0.1' }],
  ])('%s', (begin, found) => {
    expect(parseClientLine(`${begin}, ${rest}, ${end(true)}\r`)).toMatchObject(found)
    // A session whose client has gone is no connection.
    expect(parseClientLine(`${begin}, ${rest}, ${end(false)}`)).toBeUndefined()
  })

  it.each(['No clients.', '', 'Node emqx@127.0.0.1 not responding to pings.'])('%j is nobody', (line) => {
    expect(parseClientLine(line)).toBeUndefined()
  })
})
