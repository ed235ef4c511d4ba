import { replaceAt } from '../../config/edit.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type ConfigEndpoint, familyOf, hostOf } from '../../kernel/address.js'
import { type Listener, type ListenerEdits, type ListenerFault, noLimits } from '../listener.js'
import type { ReadContext } from '../read-context.js'
import { switchedHeader } from '../switched-header.js'
import { type HoconMember, lookUp } from './hocon.js'
import { variableOf } from './override.js'

type Members = ReadonlyMap<string, HoconMember>

const kinds = [
  { kind: 'tcp', transport: 'tcp', port: 1883 },
  { kind: 'ssl', transport: 'tls', port: 8883 },
  { kind: 'ws', transport: 'ws', port: 8083 },
  { kind: 'wss', transport: 'wss', port: 8084 },
] as const

export const kindsOfListeners = kinds.map(({ kind }) => kind)

/** A listener with the words that its settings begin with: `listeners.tcp.default`. */
interface NamedListener {
  readonly kind: string
  readonly name: string
  readonly listener: Listener
}

/**
 * The listeners of an emqx.conf (5 and 6): those that are written, and one called `default` of every kind, which exists
 * unless the file turns it off. Variables `EMQX_LISTENERS__TCP__DEFAULT__PROXY_PROTOCOL` win over the file.
 */
export function listenersOf(root: Members, file: string, env?: ReadContext['env']): readonly Listener[] {
  return namedListeners(root, file, env).map(({ listener }) => listener)
}

export function namedListeners(
  root: Members,
  file: string,
  env: ReadContext['env'] = () => undefined,
): readonly NamedListener[] {
  const setting = (at: Members, from: string, ...path: string[]): Sourced<string> | undefined => {
    const member = lookUp(at, path)
    const said = env(variableOf([from, ...path].filter((part) => part !== '').join('.')))?.replace(/^"(.*)"$/, '$1')
    if (said !== undefined) return { value: said, span: member?.key }
    return member?.value.kind === 'text' ? { value: member.value.text, span: member.key } : undefined
  }
  return namesOfListeners(root).flatMap(({ kind, transport, port, name }): NamedListener[] => {
    const at = lookUp(root, ['listeners', kind, name])
    if (at?.value.kind === 'text') return [] // marked_for_deletion
    const own: Members = at?.value.kind === 'object' ? at.value.members : new Map()
    const get = (...path: string[]) => setting(own, `listeners.${kind}.${name}`, ...path)
    if ((get('enable') ?? get('enabled'))?.value === 'false') return []
    const whole = (...path: string[]) => setting(root, '', ...path)
    const draft = { kind, transport, usual: port, name, file, at, own, get, whole, root }
    return [{ kind, name, listener: listenerOf(draft) }]
  })
}

/** Those that are written and the default of every kind, on or off. */
export function namesOfListeners(root: Members) {
  return kinds.flatMap((one) => {
    const written = lookUp(root, ['listeners', one.kind])?.value
    const names = new Set(['default', ...(written?.kind === 'object' ? written.members.keys() : [])])
    return [...names].map((name) => ({ ...one, name }))
  })
}

interface Draft {
  readonly kind: string
  readonly transport: Listener['transport']
  readonly usual: number
  readonly name: string
  readonly file: string
  readonly at: HoconMember | undefined
  readonly own: Members
  /** A setting of the listener, or of the whole file. */
  readonly get: (...path: string[]) => Sourced<string> | undefined
  readonly whole: (...path: string[]) => Sourced<string> | undefined
  readonly root: Members
}

function listenerOf(draft: Draft): Listener {
  const { file, at, own, get, whole, root, transport } = draft
  const bind = own.get('bind')
  const proxy = get('proxy_protocol')
  const on = proxy?.value === 'true'
  const start: Span = { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
  const named = whole('mqtt', 'peer_cert_as_username')
  // Of a header it knows the CN alone, and takes it where the whole subject is asked for as well.
  const asked = named !== undefined && /^(cn|dn)$/.test(named.value) ? (named.span ?? start) : undefined
  const authentication = lookUp(root, ['authentication'])
  const users =
    authentication !== undefined && !isEmpty(authentication) ? authentication.key : own.get('authentication')?.key
  const span = bind?.key ?? at?.key ?? start
  const verify = get('ssl_options', 'verify')?.value === 'verify_peer'
  const must = get('ssl_options', 'fail_if_no_peer_cert')?.value === 'true'
  const most = Number(get('max_connections')?.value)
  return {
    broker: 'emqx',
    brokerName: 'EMQX',
    file: span.file,
    endpoint: endpointOf(get('bind')?.value, bind, draft.usual),
    span,
    written: at !== undefined,
    transport,
    ...switchedHeader(on, proxy?.span, {
      unknown: 'serves',
      withTls: true,
      invalid: proxy !== undefined && !/^(?:true|false)$/.test(proxy.value),
    }),
    cn: on && asked !== undefined ? 'believed' : 'never',
    certificateLogin: undefined,
    ownCertificate: verify ? (must ? 'required' : 'optional') : 'none',
    ...(verify && named !== undefined && { ownName: named.value === 'cn' ? ('cn' as const) : ('other' as const) }),
    login: {
      anonymous: { value: users === undefined || get('enable_authn')?.value === 'false', span: users },
      users,
      // What the dashboard wrote is in other files.
      elsewhere: undefined,
      guest: undefined,
    },
    limits: {
      ...noLimits,
      connections: Number.isInteger(most) && most > 0 ? { value: most, span: get('max_connections')?.span } : undefined,
      packet: bytesOf(whole('mqtt', 'max_packet_size')),
    },
    faults: on ? hasty(get('proxy_protocol_timeout'), own.get('proxy_protocol_timeout')) : [],
    edits: editsOf(draft),
  }
}

/** Less is too short for a header that crosses a network. */
const leastMs = 200

/** A number without a unit is milliseconds, also where EMQX's own example writes `proxy_protocol_timeout = 8`. */
function hasty(timeout: Sourced<string> | undefined, member: HoconMember | undefined): readonly ListenerFault[] {
  const [, number, unit] = /^(\d+)(ms)?$/i.exec(timeout?.value ?? '') ?? []
  if (timeout?.span === undefined || number === undefined || Number(number) >= leastMs) return []
  const given = `${number} ms${unit === undefined ? ' (a number without a unit is milliseconds)' : ''}`
  const wanted = unit === undefined ? `${number}s` : '3s'
  return [
    {
      kind: 'cannot-be',
      at: timeout.span,
      message: `proxy_protocol_timeout gives a header ${given}: a slower client is closed`,
      remedy: {
        text: `proxy_protocol_timeout = ${wanted}`,
        ...(member !== undefined && { edits: [replaceAt(member.value.span, wanted)] }),
      },
    },
  ]
}

/** `1MB`, `512KB`, bytes. */
function bytesOf(size: Sourced<string> | undefined): Sourced<number> | undefined {
  const [, number, unit = ''] = /^(\d+)(KB|MB|GB)?$/i.exec(size?.value ?? '') ?? []
  if (number === undefined) return undefined
  const factor = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }[unit.toUpperCase()] ?? 1
  return { value: Number(number) * factor, span: size?.span }
}

function isEmpty({ value }: HoconMember): boolean {
  return value.kind === 'list' && value.items.length === 0
}

/** `1883`, `:1883`, `0.0.0.0:1883`, `[::1]:1883`. */
function endpointOf(text: string | undefined, bind: HoconMember | undefined, usual: number): ConfigEndpoint {
  if (text === undefined && bind === undefined) return { kind: 'tcp', host: undefined, port: usual }
  const match = /^(?:(.*):)?(\d+)$/.exec(text ?? '')
  if (match === null) return { kind: 'other', text: text ?? 'a value with a variable' }
  const host = match[1] ?? ''
  const family = host === '' ? undefined : familyOf(host)
  return { kind: 'tcp', host: hostOf(host), port: Number(match[2]), ...(family !== undefined && { family }) }
}

function editsOf({ own, at, kind, name, file }: Draft): ListenerEdits {
  const set = (key: string, value: string) => {
    const text = `${key} = ${value}`
    const known = own.get(key)
    if (known !== undefined) return { text, edits: [replaceAt(known.value.span, value)] }
    const block = at?.value
    if (block?.kind === 'object' && block.span !== at?.key) {
      // A block of its own: right behind its opening brace.
      const inside = {
        ...block.span,
        column: block.span.column + 1,
        endLine: block.span.line,
        endColumn: block.span.column + 1,
      }
      return { text, edits: [replaceAt(inside, `\n  ${text}`)] }
    }
    const whole = `listeners.${kind}.${name}.${text}`
    const above = { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
    return { text: whole, edits: [replaceAt(above, `${whole}\n`)] }
  }
  const port = () => {
    const value = own.get('bind')?.value
    return value?.kind === 'text' ? value : undefined
  }
  return {
    enableHeader: () => set('proxy_protocol', 'true'),
    disableHeader: () => (own.has('proxy_protocol') ? set('proxy_protocol', 'false') : undefined),
    setPort: (wanted) => {
      const bind = port()
      if (bind === undefined) return undefined
      const host = /^(.*:)\d+$/.exec(bind.text)?.[1] ?? ''
      return set('bind', `"${host}${wanted}"`)
    },
    setLoopback: () => {
      const number = /(\d+)$/.exec(port()?.text ?? '')?.[1]
      return number === undefined ? undefined : set('bind', `"127.0.0.1:${number}"`)
    },
  }
}
